select customer, count(*) as orders, sum(total) as total
from {{ ref("orders") }}
group by customer
