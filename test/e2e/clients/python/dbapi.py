"""The checks of the README with a client of PEP 249, whose module is the first argument."""
import datetime
import decimal
import hashlib
import importlib
import json
import os
import sys
import threading

name = sys.argv[1]
module = importlib.import_module(name)
env = os.environ
columns = 'id, i, u, m, d, s, b, day, at, t'
# Connector/Python drops the sign of a TIME in binary rows, and writes a negative one wrong, with MySQL too.
is_connector = name == 'mysql.connector'
selected = columns.replace(', t', ', CAST(t AS CHAR(13))') if is_connector else columns


def connect(tls=False, password=env['PASSWORD']):
    account = dict(host='127.0.0.1', port=int(env['PORT']), user=env['ACCOUNT'], password=password)
    if name == 'MySQLdb':
        ssl = dict(ssl_mode='VERIFY_CA', ssl=dict(ca=env['CA'])) if tls else dict(ssl_mode='DISABLED')
        return module.connect(database=env['DATABASE'], charset='utf8mb4', autocommit=True, **ssl, **account)
    if name == 'pymysql':
        ssl = dict(ssl_ca=env['CA']) if tls else dict(ssl_disabled=True)
        many = dict(client_flag=module.constants.CLIENT.MULTI_STATEMENTS)
        return module.connect(database=env['DATABASE'], autocommit=True, **many, **ssl, **account)
    ssl = dict(ssl_ca=env['CA'], ssl_verify_cert=True) if tls else dict(ssl_disabled=True)
    return module.connect(database=env['DATABASE'], autocommit=True, use_pure=True, **ssl, **account)


def say(check, value):
    print(json.dumps(dict(check=check, value=value)), flush=True)


def shown(value):
    if value is None:
        return None
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).hex().upper()
    if isinstance(value, decimal.Decimal):
        return format(value, 'f')
    if isinstance(value, datetime.datetime):
        return value.strftime('%Y-%m-%d %H:%M:%S.%f')
    if isinstance(value, datetime.timedelta):
        ms = round(abs(value) / datetime.timedelta(milliseconds=1))
        sign = '-' if value < datetime.timedelta(0) else ''
        return f'{sign}{ms // 3600000:02}:{ms // 60000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}'
    if isinstance(value, float):
        return str(int(value)) if value == int(value) else repr(value)
    return str(value)


def rows(cursor, sql, values=None):
    cursor.execute(sql, values) if values is not None else cursor.execute(sql)
    return [[shown(each) for each in row] for row in cursor.fetchall()]


def number(action):
    try:
        action()
    except module.Error as error:
        return str(error.args[0])
    return 'no error'


def connection_id(db):
    return rows(db.cursor(), 'SELECT CONNECTION_ID()')[0][0]


db = connect()
cursor = db.cursor()
# Connector/Python prepares on the server when told to; the others write the values into the text.
prepared = db.cursor(prepared=True) if is_connector else cursor

cipher = "SHOW SESSION STATUS LIKE 'Ssl_cipher'"
say('plain', 'plain' if rows(cursor, cipher)[0][1] == '' else 'encrypted')
over_tls = connect(tls=True)
say('tls', 'plain' if rows(over_tls.cursor(), cipher)[0][1] == '' else 'encrypted')
over_tls.close()
say('wrong password', number(lambda: connect(password='wrong')))

say('text', rows(cursor, f'SELECT {columns} FROM kinds ORDER BY id'))
say('prepared', rows(prepared, f'SELECT {selected} FROM kinds WHERE id >= %s ORDER BY id', (1,)))

first = (
    1,
    -(2**63),
    2**64 - 1,
    decimal.Decimal('-12345678901234567890.0123456789'),
    -0.25,
    "it's Ünïcödé 😀",
    bytes([0, 255, 39, 92, 10, 26]),
    datetime.date(2024, 2, 29),
    datetime.datetime(2024, 2, 29, 23, 59, 59, 123456),
    '-12:34:56.789' if is_connector else -datetime.timedelta(hours=12, minutes=34, seconds=56, milliseconds=789),
)
insert = f'INSERT INTO received ({columns}) VALUES ({", ".join(["%s"] * 10)})'
prepared.execute(insert, first)
prepared.execute(insert, (2,) + (None,) * 9)
say('parameters', rows(db.cursor(), f'SELECT {columns} FROM received ORDER BY id'))

large = bytes(range(256)) * (int(env['LARGE_BYTES']) // 256)
prepared.execute('INSERT INTO large VALUES (1, %s)', (large,))
reader = db.cursor()
reader.execute('SELECT v FROM large')
value = bytes(reader.fetchone()[0])
say('large', [str(len(value)), hashlib.md5(value).hexdigest()])

reader.execute('SELECT n, s FROM many')
count = total = 0
for n, _ in reader:
    count += 1
    total += n
say('many rows', [str(count), str(total)])

several = []
multi = db.cursor()
multi.execute('SELECT 1; SELECT 2')
more = True
while more:
    several.extend(str(row[0]) for row in multi.fetchall())
    more = multi.nextset()
    # MySQLdb gives the closing OK of the statements as a result without columns.
    more = more and multi.description is not None
say('multi-statements', several)

killer = connect()
ended = threading.Event()


def kill(statement):
    while not ended.wait(0.1):
        killer.cursor().execute(statement)


thread = threading.Thread(target=kill, args=(f'KILL QUERY {connection_id(db)}',))
thread.start()
say('cancel', number(lambda: db.cursor().execute(env['ENDLESS'])))
ended.set()
thread.join()

killer.cursor().execute(f'KILL {connection_id(db)}')
lost = number(lambda: db.cursor().execute('SELECT 1'))
db = connect()
say('reconnect', ['no error' if lost == 'no error' else 'lost', *rows(db.cursor(), "SELECT 'again'")[0]])
