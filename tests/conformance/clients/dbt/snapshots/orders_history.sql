{% snapshot orders_history %}
{{ config(target_schema="dbt_history", unique_key="order_id", strategy="timestamp", updated_at="updated_at") }}

select * from {{ ref("raw_orders") }}
{% endsnapshot %}
