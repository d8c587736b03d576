# What an application of Rails does with its database: migrations up and down, the dumped schema, nested transactions, queries.
require 'active_record'
require 'bigdecimal'
require 'json'
require 'stringio'

ActiveRecord::Base.establish_connection(
  adapter: 'mysql2', host: '127.0.0.1', port: ENV['PORT'].to_i, username: ENV['ACCOUNT'], password: ENV['PASSWORD'],
  database: ENV['DATABASE'], encoding: 'utf8mb4', prepared_statements: ENV['PREPARED'] == '1'
)
ActiveRecord::Base.default_timezone = :utc
ActiveRecord::Migration.verbose = false
DB = ActiveRecord::Base.connection

def say(check, value)
  puts JSON.generate(check: check, value: value.inspect)
  $stdout.flush
end

class Tables < ActiveRecord::Migration[6.1]
  def change
    create_table :authors, comment: 'who' do |t|
      t.string :name, null: false, limit: 80, comment: 'full', index: { unique: true }
      t.integer :age, unsigned: true
      t.timestamps
    end
    create_table :books do |t|
      t.references :author, null: false, foreign_key: { on_delete: :cascade }
      t.string :title
      t.text :body
      t.decimal :price, precision: 12, scale: 3, default: '1.5'
      t.boolean :out, default: false, null: false
      t.date :day
      t.datetime :at, precision: 6
      t.time :tm
      t.binary :raw
      t.json :data
      t.bigint :big, unsigned: true
      t.column :kind, "enum('a','b')"
      t.integer :lock_version, default: 0
      t.index %i[title price], length: { title: 10 }, order: { price: :desc }
    end
    create_table(:tags, id: :string, limit: 20) { |t| t.string :label, collation: 'utf8mb4_bin' }
    create_join_table(:books, :tags, column_options: { type: :string, limit: 20 }) { |t| t.index %i[book_id tag_id] }
  end
end

class Changes < ActiveRecord::Migration[6.1]
  def change
    add_column :authors, :email, :string, default: ''
    add_index :authors, %i[email age], name: 'by_email'
    change_column_default :authors, :email, from: '', to: 'x@y'
    change_column_null :authors, :age, false, 7
    rename_column :authors, :email, :mail
    add_reference :authors, :mentor, foreign_key: { to_table: :authors }
    rename_index :authors, 'by_email', 'by_mail'
    change_column_comment :authors, :age, from: nil, to: 'years'
    change_table_comment :authors, from: 'who', to: 'who writes'
    add_timestamps :tags, null: true
    rename_table :tags, :labels
  end
end

class Author < ActiveRecord::Base
  has_many :books
  belongs_to :mentor, class_name: 'Author', optional: true
  validates :name, uniqueness: true
end

class Tag < ActiveRecord::Base
  self.primary_key = 'id'
end

class Book < ActiveRecord::Base
  belongs_to :author
  has_and_belongs_to_many :tags
  enum kind: { a: 'a', b: 'b' }
end

def failing
  Author.transaction(requires_new: true) { yield }
  nil
rescue ActiveRecord::ActiveRecordError => e
  e.class.name
end

ActiveRecord::SchemaMigration.create_table
ActiveRecord::InternalMetadata.create_table
Tables.new.migrate(:up)
Changes.new.migrate(:up)
dump = StringIO.new
ActiveRecord::SchemaDumper.dump(DB, dump)
say 'schema', dump.string.lines.grep_v(/^#/)
Changes.new.migrate(:down)
say 'taken back', [DB.tables.sort, DB.columns('authors').map { |c| [c.name, c.sql_type, c.null, c.default] }]
say 'indexes', DB.indexes('books').map { |i| [i.name, i.columns, i.unique, i.lengths, i.orders] }
say 'foreign keys', DB.foreign_keys('books').map { |f| [f.to_table, f.column, f.primary_key, f.on_delete] }
say 'locks', [DB.get_advisory_lock(123), DB.release_advisory_lock(123)]

ann = Author.create!(name: 'Ann', age: 30)
other = Author.create!(name: 'Béa 😀', age: 40)
tags = %w[x y z].map { |name| Tag.create!(id: name, label: name.upcase) }
10.times do |i|
  Book.create!(author: [ann, other][i % 2], title: "T#{i}", body: 'é' * i, price: BigDecimal(i) / 2, out: i.even?,
               day: Date.new(2026, 1, 1 + i), at: Time.utc(2026, 1, 1 + i, 2, 3, 4, 567_891), tm: Time.utc(2000, 1, 1, 1, 2, 3),
               raw: [0, 255, i].pack('C*'), data: { i: i, 'n' => nil, 'l' => [1, { 'd' => 'é' }] }, big: 2**64 - 1 - i,
               kind: %w[a b][i % 2], tags: tags.take(i % 3 + 1))
end
say 'not unique', Author.create(name: 'ann').errors.full_messages
say 'values', (Book.order(:id).map do |b|
  [b.title, b.body, b.price, b.out, b.day, b.at.iso8601(6), b.tm.strftime('%T'), b.raw.bytes, b.data, b.big, b.kind]
end)
say 'joined', Author.joins(books: :tags).group('authors.name').order('authors.name').distinct.count('tags.id')
say 'included', Author.includes(:books).references(:books).where('books.price > 1').order('authors.id').map { |a| [a.name, a.books.size] }
say 'sums', [Book.sum(:price), Book.average(:price), Book.maximum(:day), Book.group(:kind).order(:kind).sum(:big)]
say 'where', [
  Book.where(out: true).count, Book.where(day: Date.new(2026, 1, 2)..Date.new(2026, 1, 4)).count, Book.where(title: 't1').count,
  Book.where("data->>'$.i' = ?", '3').pluck(:title), Book.where(at: Time.utc(2026, 1, 1, 2, 3, 4, 567_891)).count,
  Book.where(big: 2**64 - 1).count, Book.where('title LIKE ?', 't%').count
]
say 'batches', Book.find_each(batch_size: 3).map(&:title)
say 'updates', [Book.where(out: true).update_all('price = price + 1'), Book.joins(:author).where(authors: { name: 'Ann' }).update_all(tm: nil),
                Book.order(id: :desc).limit(1).delete_all, Book.joins(:tags).where(tags: { id: 'z' }).delete_all, Book.count]
stale = Book.find(Book.minimum(:id))
Book.find(stale.id).update!(title: 'first')
say 'stale', (begin
  stale.update!(title: 'second')
rescue ActiveRecord::StaleObjectError => e
  e.class.name
end)
say 'locked', Book.transaction { Book.lock('FOR UPDATE SKIP LOCKED').order(:id).limit(1).pluck(:title) }
Tag.insert_all([{ id: 'x', label: 'q' }, { id: 'w', label: 'W' }])
Tag.upsert_all([{ id: 'x', label: 'q' }, { id: 'v', label: 'V' }])
say 'upserted', Tag.order(:id).pluck(:id, :label)
said = []
Author.transaction do
  Author.create!(name: 'outer', age: 1)
  Author.transaction(requires_new: true) do
    Author.create!(name: 'gone', age: 1)
    raise ActiveRecord::Rollback
  end
  Author.transaction(requires_new: true) do
    Author.create!(name: 'kept', age: 1)
    said << failing { Author.new(name: 'Ann').save!(validate: false) }
  end
  said << Author.order(:name).pluck(:name)
  raise ActiveRecord::Rollback
end
say 'nested', said << Author.order(:name).pluck(:name)
say 'errors', [failing { Author.new(name: nil).save!(validate: false) }, failing { Author.create!(name: 'z' * 100) },
               failing { DB.execute('UPDATE authors SET age = -1') }, failing { DB.execute('SELECT nope') }, failing { DB.execute('SELEC') }]
say 'isolation', Book.transaction(isolation: :read_committed) { Book.count.positive? }
Tables.new.migrate(:down)
say 'gone', DB.tables.sort
