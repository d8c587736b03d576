"""What an application of SQLAlchemy and Alembic does: tables of models, nested transactions, migrations up and down, autogenerate."""
import datetime as dt
import enum
import json
import os
import uuid
from decimal import Decimal

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import Column, ForeignKey, Index, Table, func, insert, inspect, select, update
from sqlalchemy.dialects import mysql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

env = os.environ
engine = sa.create_engine(sa.URL.create(
    'mysql+mysqldb', username=env['ACCOUNT'], password=env['PASSWORD'], host='127.0.0.1', port=int(env['PORT']),
    database=env['DATABASE'], query=dict(charset='utf8mb4')))


def say(check, value):
    print(json.dumps(dict(check=check, value=repr(value))), flush=True)


class Base(DeclarativeBase):
    pass


class Color(enum.Enum):
    red = 'red'
    blue = 'blue'


item_tag = Table('item_tag', Base.metadata, Column('item_id', ForeignKey('item.id', ondelete='CASCADE'), primary_key=True),
                 Column('tag_id', ForeignKey('tag.id'), primary_key=True))


class Tag(Base):
    __tablename__ = 'tag'
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(50), unique=True)


class Item(Base):
    __tablename__ = 'item'
    __table_args__ = (sa.CheckConstraint('qty >= 0', name='qty_pos'), Index('by_name_qty', 'name', 'qty'), dict(comment='things'))
    id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=True)
    name: Mapped[str] = mapped_column(sa.String(80), index=True, comment='a name')
    color: Mapped[Color] = mapped_column(sa.Enum(Color), default=Color.red)
    price: Mapped[Decimal] = mapped_column(sa.Numeric(12, 3), server_default='1.500')
    qty: Mapped[int] = mapped_column(default=0)
    born: Mapped[dt.date | None]
    made: Mapped[dt.datetime] = mapped_column(mysql.DATETIME(fsp=6), server_default=sa.text('CURRENT_TIMESTAMP(6)'))
    changed: Mapped[dt.datetime | None] = mapped_column(
        mysql.TIMESTAMP, server_default=sa.text('CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP'))
    data: Mapped[dict | None] = mapped_column(sa.JSON)
    raw: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    flag: Mapped[bool] = mapped_column(default=True)
    ratio: Mapped[float | None]
    span: Mapped[dt.timedelta | None] = mapped_column(sa.Interval)
    uid: Mapped[uuid.UUID | None] = mapped_column(sa.Uuid)
    big: Mapped[int | None] = mapped_column(mysql.BIGINT(unsigned=True))
    year: Mapped[int | None] = mapped_column(mysql.YEAR)
    bits: Mapped[int | None] = mapped_column(mysql.BIT(8))
    letters: Mapped[set | None] = mapped_column(mysql.SET('a', 'b', 'c'))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey('item.id'))
    parent: Mapped['Item'] = relationship(remote_side='Item.id')
    tags: Mapped[list[Tag]] = relationship(secondary=item_tag)


def rows(statement):
    with Session(engine) as session:
        return [tuple(row) for row in session.execute(statement)]


Base.metadata.create_all(engine)
with Session(engine) as session, session.begin():
    tags = [Tag(name=name) for name in ('x', 'y', 'z')]
    items = [
        Item(name=f'it{i}', color=list(Color)[i % 2], qty=i, born=dt.date(2020, 1, 1 + i), data={'i': i, 'l': [1, {'d': None}], 's': 'é'},
             raw=bytes([0, 255, i]), ratio=i / 3, span=dt.timedelta(days=i), uid=uuid.UUID(int=i), big=2**64 - 1 - i, year=2000 + i,
             bits=i, letters={'b'}, tags=tags[:i % 3 + 1]) for i in range(8)]
    for item in items[1:]:
        item.parent = items[0]
    session.add_all(items)
columns = [Item.name, Item.color, Item.price, Item.qty, Item.born, Item.data, Item.raw, Item.flag, Item.ratio, Item.span, Item.uid,
           Item.big, Item.year, Item.bits, Item.letters]
say('values', rows(select(*columns).order_by(Item.id)))
number = Item.data['i'].as_integer()
say('json', rows(select(number, Item.data['l'][0].as_integer(), Item.data['s'].as_string()).where(number > 3).order_by(Item.id)))
say('null in json', len(rows(select(Item.name).where(Item.data[('l', 1, 'd')].as_string().is_(None)))))
say('joined', rows(select(Item.name, func.count(Tag.id)).join(Item.tags).group_by(Item.id, Item.name).order_by(Item.id)))
base = select(Item.id, sa.literal(0).label('depth')).where(Item.parent_id.is_(None)).cte('tree', recursive=True)
tree = base.union_all(select(Item.id, base.c.depth + 1).join(base, Item.parent_id == base.c.id))
say('recursive', rows(select(tree.c.depth, func.count()).group_by(tree.c.depth).order_by(tree.c.depth)))
ranks = func.row_number().over(partition_by=Item.color, order_by=Item.id), func.sum(Item.qty).over(order_by=Item.id)
say('window', rows(select(Item.name, *ranks).order_by(Item.id)))
say('related', rows(select(Item.name).where(Item.tags.any(Tag.name == 'z')).order_by(Item.id)))

with Session(engine) as session, session.begin():
    upsert = mysql.insert(Tag).values([dict(name='x'), dict(name='new')])
    session.execute(upsert.on_duplicate_key_update(name=func.concat(upsert.inserted.name, '2')))
    joined = update(Item.__table__).where(Item.__table__.c.id == item_tag.c.item_id, item_tag.c.tag_id == 1).values(price=9)
    say('changed', [session.execute(update(Item).where(Item.qty < 3).values(qty=Item.qty + 100)).rowcount,
                    session.execute(joined).rowcount, sorted(session.scalars(select(Tag.name)))])

said = []
with Session(engine) as session:
    session.add(Tag(name='outer'))
    session.flush()
    with session.begin_nested():
        session.add(Tag(name='kept'))
        for name in ('gone', 'outer'):
            try:
                with session.begin_nested():
                    session.add(Tag(name=name))
                    session.flush()
                    raise KeyError(name)
            except (KeyError, DBAPIError) as error:
                said.append(type(error).__name__)
    mark = session.begin_nested()
    session.add(Tag(name='third'))
    session.flush()
    mark.rollback()
    said.append(sorted(session.scalars(select(Tag.name))))
    session.rollback()
    said.append(sorted(session.scalars(select(Tag.name))))
say('nested', said)
with engine.connect() as connection:
    levels = ('READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE', 'AUTOCOMMIT')
    say('isolation', [engine.connect().execution_options(isolation_level=level).get_isolation_level() for level in levels])
    say('many', connection.execute(insert(Tag), [dict(name=f'm{i}') for i in range(100)]).rowcount)

with engine.begin() as connection:
    connection.execute(sa.text('CREATE VIEW shown AS SELECT id, name, color, price * 2 AS twice, born, year FROM item'))
seen = inspect(engine)
say('columns', [(each['name'], str(each['type']), each['nullable'], each['default'], each['comment']) for each in seen.get_columns('item')])
say('foreign keys', seen.get_foreign_keys('item_tag') + seen.get_foreign_keys('item'))
say('indexes', [sorted(seen.get_indexes(table), key=lambda each: each['name']) for table in ('item', 'item_tag')])
say('view', [(each['name'], str(each['type'])) for each in seen.get_columns('shown')])
with engine.begin() as connection:
    connection.execute(sa.text('DROP VIEW shown'))
    say('nothing to migrate', compare_metadata(MigrationContext.configure(connection, opts=dict(compare_type=True)), Base.metadata))

with engine.begin() as connection:
    op = Operations(MigrationContext.configure(connection))
    op.create_table('w', Column('id', sa.Integer, primary_key=True), Column('a', sa.String(10), nullable=False, server_default='q'),
                    Column('b', sa.Integer))
    op.bulk_insert(sa.table('w', sa.column('a'), sa.column('b')), [dict(a='1', b=1), dict(a='2', b=2)])
    op.add_column('w', Column('made', sa.DateTime, server_default=sa.text('CURRENT_TIMESTAMP')))
    op.add_column('w', Column('tag_id', sa.Integer))
    op.create_foreign_key('of_tag', 'w', 'tag', ['tag_id'], ['id'], ondelete='SET NULL', onupdate='CASCADE')
    op.create_index('w_ab', 'w', ['a', 'b'], unique=True)
    op.create_index('w_prefix', 'w', ['a'], mysql_length={'a': 3})
    op.create_index('w_down', 'w', [sa.text('b DESC')])
    op.alter_column('w', 'a', existing_type=sa.String(10), type_=sa.String(200), existing_nullable=False, existing_server_default='q')
    op.alter_column('w', 'b', new_column_name='c', existing_type=sa.Integer, nullable=False, comment='once b')
    op.create_check_constraint('w_check', 'w', 'c > 0')
    op.create_unique_constraint('w_unique', 'w', ['c'])
    op.create_table_comment('w', 'made by Alembic')
    up = connection.execute(sa.text('SHOW CREATE TABLE w')).fetchone()[1]
    say('upgraded', [line for line in up.split('\n') if 'w_check' not in line])
    op.drop_constraint('of_tag', 'w', type_='foreignkey')
    op.drop_index('of_tag', 'w')
    op.drop_constraint('w_check', 'w', type_='check')
    op.drop_constraint('w_unique', 'w', type_='unique')
    op.drop_index('w_ab', 'w')
    op.drop_column('w', 'made')
    op.rename_table('w', 'v')
    op.execute("UPDATE v SET a = CONCAT(a, '!')")
    say('downgraded', [connection.execute(sa.text('SHOW CREATE TABLE v')).fetchone()[1],
                       connection.execute(sa.text('SELECT a, c FROM v ORDER BY a')).fetchall()])
Base.metadata.drop_all(engine)
say('dropped', inspect(engine).get_table_names())
