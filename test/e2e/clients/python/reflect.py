"""What SQLAlchemy finds out about a database by itself, over the driver that the first argument names."""
import json
import os
import sys

from sqlalchemy import URL, MetaData, create_engine, inspect, select, func

env = os.environ
url = URL.create(
    f'mysql+{sys.argv[1]}',
    username=env['ACCOUNT'],
    password=env['PASSWORD'],
    host='127.0.0.1',
    port=int(env['PORT']),
    database=env['DATABASE'],
)
engine = create_engine(url)


def say(check, value):
    print(json.dumps(dict(check=check, value=value)), flush=True)


seen = inspect(engine)
say('tables', sorted(seen.get_table_names()))
say('views', sorted(seen.get_view_names()))
say('columns', [f"{each['name']} {each['type']}" for each in seen.get_columns('orders')])
say('primary key', seen.get_pk_constraint('orders')['constrained_columns'])
say('indexes', [[each['name'], each['column_names'], each['unique']] for each in seen.get_indexes('orders')])
say('comment', seen.get_table_comment('orders')['text'])
say('view definition', 'amount' in seen.get_view_definition('totals'))

metadata = MetaData()
metadata.reflect(engine, views=True)
orders = metadata.tables['orders']
with engine.begin() as db:
    db.execute(orders.insert(), [dict(id=1, customer='ann', amount='1.50'), dict(id=2, customer='bob', amount='2.25')])
    total = select(orders.c.customer, func.sum(orders.c.amount)).group_by(orders.c.customer).order_by(orders.c.customer)
    say('sums', [[each for each in map(str, row)] for row in db.execute(total)])
