{{ config(materialized="incremental", unique_key="order_id", incremental_strategy="merge",
          dist="order_id", sort="updated_at") }}

select order_id, customer, total, updated_at
from {{ ref("raw_orders") }}
{% if is_incremental() %}
where updated_at > (select max(updated_at) from {{ this }})
{% endif %}
