import { randomOf, type Random } from './grammar.ts';

/** Rows of a TPC-H database, table by table: a generator of our own, after the rules of the benchmark's specification. */
export type TpchTable = Readonly<{
  name: string;
  definition: string;
  rows: readonly (readonly TpchCell[])[];
}>;
type TpchCell = string | number;

const regions = ['AFRICA', 'AMERICA', 'ASIA', 'EUROPE', 'MIDDLE EAST'];
/** Name and region of each nation. */
const nations: readonly (readonly [string, number])[] = [
  ['ALGERIA', 0],
  ['ARGENTINA', 1],
  ['BRAZIL', 1],
  ['CANADA', 1],
  ['EGYPT', 4],
  ['ETHIOPIA', 0],
  ['FRANCE', 3],
  ['GERMANY', 3],
  ['INDIA', 2],
  ['INDONESIA', 2],
  ['IRAN', 4],
  ['IRAQ', 4],
  ['JAPAN', 2],
  ['JORDAN', 4],
  ['KENYA', 0],
  ['MOROCCO', 0],
  ['MOZAMBIQUE', 0],
  ['PERU', 1],
  ['CHINA', 2],
  ['ROMANIA', 3],
  ['SAUDI ARABIA', 4],
  ['VIETNAM', 2],
  ['RUSSIA', 3],
  ['UNITED KINGDOM', 3],
  ['UNITED STATES', 1],
];
const segments = ['AUTOMOBILE', 'BUILDING', 'FURNITURE', 'HOUSEHOLD', 'MACHINERY'];
const priorities = ['1-URGENT', '2-HIGH', '3-MEDIUM', '4-NOT SPECIFIED', '5-LOW'];
const modes = ['AIR', 'REG AIR', 'FOB', 'MAIL', 'RAIL', 'SHIP', 'TRUCK'];
const instructions = ['COLLECT COD', 'DELIVER IN PERSON', 'NONE', 'TAKE BACK RETURN'];
const colors = ['almond', 'azure', 'blue', 'forest', 'green', 'ivory', 'lemon', 'plum', 'red', 'white'];
const typeWords = [
  ['STANDARD', 'SMALL', 'MEDIUM', 'LARGE', 'ECONOMY', 'PROMO'],
  ['ANODIZED', 'BURNISHED', 'PLATED', 'POLISHED', 'BRUSHED'],
  ['TIN', 'NICKEL', 'BRASS', 'STEEL', 'COPPER'],
];
const containerWords = [
  ['SM', 'LG', 'MED', 'JUMBO', 'WRAP'],
  ['CASE', 'BOX', 'BAG', 'JAR', 'PKG', 'PACK', 'CAN', 'DRUM'],
];
const nouns = ['accounts', 'deposits', 'packages', 'requests', 'special', 'Customer', 'Complaints', 'ideas'];

/** Orders' dates run over these days; the last lines are received after the last order. */
const firstDay = Date.UTC(1992, 0, 1);
const orderDays = 2_405;
const dayMs = 86_400_000;
/** Lines that arrived by this day are returned or accepted. */
const today = Date.UTC(1995, 5, 17);

/** Every third customer never orders (clause 4.2.3). */
const silentCustomers = 3;

const definitions = {
  region: 'r_regionkey INT PRIMARY KEY, r_name VARCHAR(25), r_comment VARCHAR(152)',
  nation: 'n_nationkey INT PRIMARY KEY, n_name VARCHAR(25), n_regionkey INT, n_comment VARCHAR(152)',
  supplier:
    's_suppkey INT PRIMARY KEY, s_name CHAR(25), s_address VARCHAR(40), s_nationkey INT, s_phone CHAR(15), s_acctbal DECIMAL(15,2), s_comment VARCHAR(101)',
  customer:
    'c_custkey INT PRIMARY KEY, c_name VARCHAR(25), c_address VARCHAR(40), c_nationkey INT, c_phone CHAR(15), c_acctbal DECIMAL(15,2), c_mktsegment CHAR(10), c_comment VARCHAR(117)',
  part: 'p_partkey INT PRIMARY KEY, p_name VARCHAR(55), p_mfgr CHAR(25), p_brand CHAR(10), p_type VARCHAR(25), p_size INT, p_container CHAR(10), p_retailprice DECIMAL(15,2), p_comment VARCHAR(23)',
  partsupp:
    'ps_partkey INT, ps_suppkey INT, ps_availqty INT, ps_supplycost DECIMAL(15,2), ps_comment VARCHAR(199), PRIMARY KEY (ps_partkey, ps_suppkey)',
  orders:
    'o_orderkey INT PRIMARY KEY, o_custkey INT, o_orderstatus CHAR(1), o_totalprice DECIMAL(15,2), o_orderdate DATE, o_orderpriority CHAR(15), o_clerk CHAR(15), o_shippriority INT, o_comment VARCHAR(79), KEY (o_custkey)',
  lineitem:
    'l_orderkey INT, l_partkey INT, l_suppkey INT, l_linenumber INT, l_quantity DECIMAL(15,2), l_extendedprice DECIMAL(15,2), l_discount DECIMAL(15,2), l_tax DECIMAL(15,2), l_returnflag CHAR(1), l_linestatus CHAR(1), l_shipdate DATE, l_commitdate DATE, l_receiptdate DATE, l_shipinstruct CHAR(25), l_shipmode CHAR(10), l_comment VARCHAR(44), PRIMARY KEY (l_orderkey, l_linenumber), KEY (l_partkey, l_suppkey)',
} as const;

/** `scale` 1 has 1,500,000 orders. The same rows for the same scale. */
export function tpchTables(scale: number): readonly TpchTable[] {
  const random = randomOf(22);
  const sizes = {
    suppliers: Math.ceil(10_000 * scale),
    customers: Math.ceil(150_000 * scale),
    parts: Math.ceil(200_000 * scale),
    orders: Math.ceil(1_500_000 * scale),
  };
  const parts = numbers(sizes.parts).map((key) => part(key, random));
  const { orders, lines } = ordersAndLines(sizes, random);
  const rows = {
    region: regions.map((name, key) => [key, name, comment(random)]),
    nation: nations.map(([name, region], key) => [key, name, region, comment(random)]),
    supplier: numbers(sizes.suppliers).map((key) => supplier(key, random)),
    customer: numbers(sizes.customers).map((key) => customer(key, random)),
    part: parts,
    partsupp: numbers(sizes.parts).flatMap((key) => suppliersOf(key, sizes.suppliers, random)),
    orders,
    lineitem: lines,
  };
  return (Object.keys(definitions) as (keyof typeof definitions)[]).map((name) => ({
    name,
    definition: definitions[name],
    rows: rows[name],
  }));
}

function numbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** A whole number of `low` to `high`. */
function between(low: number, high: number, random: Random): number {
  return low + Math.floor(random() * (high - low + 1));
}

function one(words: readonly string[], random: Random): string {
  return words[between(0, words.length - 1, random)] as string;
}

function words(lists: readonly (readonly string[])[], random: Random): string {
  return lists.map((list) => one(list, random)).join(' ');
}

function comment(random: Random): string {
  return words([nouns, nouns, nouns], random);
}

function money(low: number, high: number, random: Random): string {
  return (between(low, high, random) / 100).toFixed(2);
}

function phone(nation: number, random: Random): string {
  return `${nation + 10}-${between(100, 999, random)}-${between(100, 999, random)}-${between(1000, 9999, random)}`;
}

function numbered(word: string, key: number): string {
  return `${word}#${String(key).padStart(9, '0')}`;
}

/** The nations in turn, so that few suppliers are of all nations. */
function supplier(key: number, random: Random): readonly TpchCell[] {
  const nation = key % nations.length;
  const own = [numbered('Supplier', key), `Street ${key}`, nation, phone(nation, random)];
  return [key, ...own, money(-99_999, 999_999, random), comment(random)];
}

function customer(key: number, random: Random): readonly TpchCell[] {
  const nation = between(0, nations.length - 1, random);
  const own = [numbered('Customer', key), `Road ${key}`, nation, phone(nation, random)];
  return [key, ...own, money(-99_999, 999_999, random), one(segments, random), comment(random)];
}

function part(key: number, random: Random): readonly TpchCell[] {
  const maker = between(1, 5, random);
  const brand = `Brand#${maker}${between(1, 5, random)}`;
  const name = words([colors, colors, colors], random);
  const container = words(containerWords, random);
  const size = between(1, 50, random);
  const makers = [`Manufacturer#${maker}`, brand, words(typeWords, random), size, container];
  return [key, name, ...makers, retailPrice(key), one(nouns, random)];
}

function retailPrice(part: number): string {
  return ((90_000 + ((part / 10) % 20_001) + 100 * (part % 1_000)) / 100).toFixed(2);
}

function suppliersOf(part: number, suppliers: number, random: Random): readonly (readonly TpchCell[])[] {
  return [0, 1, 2, 3].map((index) => [
    part,
    supplierOf(part, index, suppliers),
    between(1, 9_999, random),
    money(100, 100_000, random),
    comment(random),
  ]);
}

/** One of the four suppliers of a part. */
function supplierOf(part: number, index: number, suppliers: number): number {
  return ((part + index * Math.max(1, Math.floor(suppliers / 4))) % suppliers) + 1;
}

type Sizes = Readonly<{ suppliers: number; customers: number; parts: number; orders: number }>;
type Rows = (readonly TpchCell[])[];

function ordersAndLines(sizes: Sizes, random: Random): Readonly<{ orders: Rows; lines: Rows }> {
  const orders: Rows = [];
  const lines: Rows = [];
  for (const key of numbers(sizes.orders)) {
    const day = firstDay + between(0, orderDays, random) * dayMs;
    const own = numbers(between(1, 7, random)).map((number) => line({ key, number, day }, sizes, random));
    lines.push(...own);
    const open = own.filter((each) => each[9] === 'O').length;
    const status = open === own.length ? 'O' : open === 0 ? 'F' : 'P';
    const asked = between(1, sizes.customers, random);
    const customerKey = asked % silentCustomers === 0 ? Math.max(1, asked - 1) : asked;
    const total = own.reduce((sum, each) => sum + Number(each[5]), 0).toFixed(2);
    const tail = [one(priorities, random), numbered('Clerk', between(1, 100, random)), 0, comment(random)];
    orders.push([key, customerKey, status, total, dateText(day), ...tail]);
  }
  return { orders, lines };
}

function line(
  { key, number, day }: Readonly<{ key: number; number: number; day: number }>,
  sizes: Sizes,
  random: Random,
): readonly TpchCell[] {
  const partKey = between(1, sizes.parts, random);
  const quantity = between(1, 50, random);
  const shipped = day + between(1, 121, random) * dayMs;
  const committed = day + between(30, 90, random) * dayMs;
  const received = shipped + between(1, 30, random) * dayMs;
  const returned = received <= today ? one(['R', 'A'], random) : 'N';
  const prices = [quantity, (quantity * Number(retailPrice(partKey))).toFixed(2)];
  const rates = [(between(0, 10, random) / 100).toFixed(2), (between(0, 8, random) / 100).toFixed(2)];
  const supplierKey = supplierOf(partKey, between(0, 3, random), sizes.suppliers);
  const dates = [shipped, committed, received].map(dateText);
  const flags = [returned, shipped > today ? 'O' : 'F'];
  const delivery = [one(instructions, random), one(modes, random), comment(random)];
  return [key, partKey, supplierKey, number, ...prices, ...rates, ...flags, ...dates, ...delivery];
}

function dateText(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}
