# The checks of the README with Ruby's mysql2.
require 'bigdecimal'
require 'digest'
require 'json'
require 'mysql2'

COLUMNS = 'id, i, u, m, d, s, b, day, at, t'

def connect(tls: false, password: ENV['PASSWORD'])
  ssl = tls ? { sslca: ENV['CA'] } : {}
  Mysql2::Client.new(
    host: '127.0.0.1', port: ENV['PORT'].to_i, username: ENV['ACCOUNT'], password: password, database: ENV['DATABASE'],
    encoding: 'utf8mb4', flags: Mysql2::Client::MULTI_STATEMENTS, as: :array, database_timezone: :utc, **ssl
  )
end

def say(check, value)
  puts JSON.generate(check: check, value: value)
  $stdout.flush
end

def shown(value)
  case value
  when nil then nil
  when BigDecimal then decimal(value)
  when Float then value == value.to_i ? value.to_i.to_s : value.to_s
  when String then value.encoding == Encoding::BINARY ? value.unpack1('H*').upcase : value
  when Time then value.strftime('%Y-%m-%d %H:%M:%S.%6N')
  else value.to_s
  end
end

# With the ten digits of the column.
def decimal(value)
  whole, fraction = value.to_s('F').split('.')
  "#{whole}.#{fraction.ljust(10, '0')}"
end

# mysql2 makes a Time of a TIME, which cannot be negative: it is asked for as a text.
def rows(result)
  result.map { |row| row.map { |value| shown(value) } }
end

def selected
  COLUMNS.sub(/t$/, 'CAST(t AS CHAR(13))')
end

def number
  yield
  'no error'
rescue Mysql2::Error => e
  e.error_number.to_s
end

def cipher(client)
  client.query("SHOW SESSION STATUS LIKE 'Ssl_cipher'").first[1] == '' ? 'plain' : 'encrypted'
end

db = connect
say('plain', cipher(db))
say('tls', cipher(connect(tls: true)))
say('wrong password', number { connect(password: 'wrong') })

say('text', rows(db.query("SELECT #{selected} FROM kinds ORDER BY id")))
say('prepared', rows(db.prepare("SELECT #{selected} FROM kinds WHERE id >= ? ORDER BY id").execute(1)))

insert = db.prepare("INSERT INTO received (#{COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
insert.execute(
  1, -(2**63), 2**64 - 1, BigDecimal('-12345678901234567890.0123456789'), -0.25, "it's Ünïcödé 😀",
  [0, 255, 39, 92, 10, 26].pack('C*'), Date.new(2024, 2, 29), Time.utc(2024, 2, 29, 23, 59, 59, 123_456), '-12:34:56.789'
)
insert.execute(2, *[nil] * 9)
say('parameters', rows(db.query("SELECT #{selected} FROM received ORDER BY id")))

large = (0..255).to_a.pack('C*') * (ENV['LARGE_BYTES'].to_i / 256)
db.prepare('INSERT INTO large VALUES (1, ?)').execute(large)
value = db.query('SELECT v FROM large').first[0]
say('large', [value.bytesize.to_s, Digest::MD5.hexdigest(value)])

count = total = 0
db.query('SELECT n, s FROM many').each do |row|
  count += 1
  total += row[0]
end
say('many rows', [count.to_s, total.to_s])

several = [db.query('SELECT 1; SELECT 2').first[0].to_s]
several << db.store_result.first[0].to_s while db.next_result
say('multi-statements', several)

killer = connect
ended = false
thread = Thread.new do
  until ended
    killer.query("KILL QUERY #{db.thread_id}")
    sleep 0.1
  end
end
say('cancel', number { db.query(ENV['ENDLESS']) })
ended = true
thread.join

killer.query("KILL #{db.thread_id}")
lost = number { db.query('SELECT 1') }
say('reconnect', [lost == 'no error' ? lost : 'lost', connect.query("SELECT 'again'").first[0]])
