// The checks of the README with Rust's mysql_async; with a URL and a query, what that answers.
use mysql_async::{params::Params, prelude::*, Conn, Error, Opts, OptsBuilder, Row, SslOpts, Value};
use std::{env, path::PathBuf, time::Duration};

const COLUMNS: &str = "id, i, u, m, d, s, b, day, at, t";

fn var(name: &str) -> String {
    env::var(name).expect(name)
}

fn options(tls: bool, password: &str) -> Opts {
    let ssl = tls.then(|| SslOpts::default().with_root_certs(vec![PathBuf::from(var("CA")).into()]));
    OptsBuilder::default()
        .ip_or_hostname("127.0.0.1")
        .tcp_port(var("PORT").parse().unwrap())
        .user(Some(var("ACCOUNT")))
        .pass(Some(password))
        .db_name(Some(var("DATABASE")))
        .prefer_socket(false)
        .max_allowed_packet(Some(64 * 1024 * 1024))
        .ssl_opts(ssl)
        .into()
}

async fn open(tls: bool) -> Conn {
    Conn::new(options(tls, &var("PASSWORD"))).await.unwrap()
}

fn quoted(text: &str) -> String {
    let inner: String = text
        .chars()
        .map(|c| if c == '"' || c == '\\' { format!("\\{c}") } else { c.to_string() })
        .collect();
    format!("\"{inner}\"")
}

fn say(check: &str, value: String) {
    println!("{{\"check\": {}, \"value\": {value}}}", quoted(check));
}

fn list(values: &[String]) -> String {
    format!("[{}]", values.iter().map(|v| quoted(v)).collect::<Vec<_>>().join(", "))
}

fn number<T>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => "no error".into(),
        Err(Error::Server(error)) => error.code.to_string(),
        Err(error) => error.to_string(),
    }
}

async fn cipher(conn: &mut Conn) -> &'static str {
    let row: (String, String) = conn.query_first("SHOW SESSION STATUS LIKE 'Ssl_cipher'").await.unwrap().unwrap();
    if row.1.is_empty() { "plain" } else { "encrypted" }
}

fn shown(at: usize, value: &Value) -> String {
    match value {
        Value::NULL => return "null".into(),
        Value::Bytes(bytes) if at == 6 => return quoted(&bytes.iter().map(|b| format!("{b:02X}")).collect::<String>()),
        _ => {}
    }
    quoted(&match value {
        Value::Bytes(bytes) => String::from_utf8(bytes.clone()).unwrap(),
        Value::Int(n) => n.to_string(),
        Value::UInt(n) => n.to_string(),
        Value::Float(n) => n.to_string(),
        Value::Double(n) => n.to_string(),
        Value::Date(y, m, d, ..) if at == 7 => format!("{y:04}-{m:02}-{d:02}"),
        Value::Date(y, m, d, h, i, s, u) => format!("{y:04}-{m:02}-{d:02} {h:02}:{i:02}:{s:02}.{u:06}"),
        Value::Time(negative, days, h, i, s, u) => {
            let sign = if *negative { "-" } else { "" };
            format!("{sign}{:02}:{i:02}:{s:02}.{:03}", days * 24 + u32::from(*h), u / 1000)
        }
        Value::NULL => unreachable!(),
    })
}

fn rows(all: Vec<Row>) -> String {
    let rows: Vec<String> = all
        .into_iter()
        .map(|row| {
            let values: Vec<String> = row.unwrap().iter().enumerate().map(|(at, v)| shown(at, v)).collect();
            format!("[{}]", values.join(", "))
        })
        .collect();
    format!("[{}]", rows.join(", "))
}

async fn rows_and_values(conn: &mut Conn) {
    let query = format!("SELECT {COLUMNS} FROM kinds ORDER BY id");
    say("text", rows(conn.query(query).await.unwrap()));
    let query = format!("SELECT {COLUMNS} FROM kinds WHERE id >= ? ORDER BY id");
    say("prepared", rows(conn.exec(query, (1,)).await.unwrap()));

    let insert = format!("INSERT INTO received ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    let values = vec![
        Value::Int(1),
        Value::Int(i64::MIN),
        Value::UInt(u64::MAX),
        Value::Bytes(b"-12345678901234567890.0123456789".to_vec()),
        Value::Double(-0.25),
        Value::Bytes("it's Ünïcödé 😀".into()),
        Value::Bytes(vec![0, 255, 39, 92, 10, 26]),
        Value::Date(2024, 2, 29, 0, 0, 0, 0),
        Value::Date(2024, 2, 29, 23, 59, 59, 123456),
        Value::Time(true, 0, 12, 34, 56, 789000),
    ];
    conn.exec_drop(&insert, Params::Positional(values)).await.unwrap();
    let mut nulls = vec![Value::NULL; 10];
    nulls[0] = Value::Int(2);
    conn.exec_drop(&insert, Params::Positional(nulls)).await.unwrap();
    let query = format!("SELECT {COLUMNS} FROM received ORDER BY id");
    say("parameters", rows(conn.query(query).await.unwrap()));

    let size = var("LARGE_BYTES").parse::<usize>().unwrap() / 256 * 256;
    let large: Vec<u8> = (0..size).map(|at| at as u8).collect();
    conn.exec_drop("INSERT INTO large VALUES (1, ?)", (large,)).await.unwrap();
    let read: Vec<u8> = conn.query_first("SELECT v FROM large").await.unwrap().unwrap();
    say("large", list(&[read.len().to_string(), format!("{:x}", md5::compute(&read))]));

    let (mut count, mut total) = (0u64, 0u64);
    let mut many = conn.query_iter("SELECT n, s FROM many").await.unwrap();
    while let Some(row) = many.next().await.unwrap() {
        let (n, _): (u64, String) = mysql_async::from_row(row);
        count += 1;
        total += n;
    }
    drop(many);
    say("many rows", list(&[count.to_string(), total.to_string()]));

    let mut several = conn.query_iter("SELECT 1; SELECT 2").await.unwrap();
    let mut found: Vec<String> = Vec::new();
    while !several.is_empty() {
        found.extend(several.collect::<String>().await.unwrap());
    }
    drop(several);
    say("multi-statements", list(&found));
}

async fn cancel_and_reconnect(mut conn: Conn) {
    let id: u64 = conn.query_first("SELECT CONNECTION_ID()").await.unwrap().unwrap();
    let mut killer = open(false).await;
    let kills = async {
        loop {
            killer.query_drop(format!("KILL QUERY {id}")).await.unwrap();
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let endless = async { number(conn.query_drop(var("ENDLESS")).await) };
    tokio::select! {
        _ = kills => {},
        answer = endless => say("cancel", quoted(&answer)),
    }
    let mut killer = open(false).await;
    killer.query_drop(format!("KILL {id}")).await.unwrap();
    let lost = match conn.query_drop("SELECT 1").await {
        Ok(_) => "no error",
        Err(_) => "lost",
    };
    let again: String = open(false).await.query_first("SELECT 'again'").await.unwrap().unwrap();
    say("reconnect", list(&[lost.into(), again]));
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut words = env::args().skip(1);
    if let (Some(url), Some(query)) = (words.next(), words.next()) {
        let mut conn = Conn::from_url(url).await.unwrap();
        let answer: String = conn.query_first(query).await.unwrap().unwrap();
        println!("{answer}");
        return;
    }
    let mut conn = open(false).await;
    say("plain", quoted(cipher(&mut conn).await));
    say("tls", quoted(cipher(&mut open(true).await).await));
    say("wrong password", quoted(&number(Conn::new(options(false, "wrong")).await)));
    rows_and_values(&mut conn).await;
    cancel_and_reconnect(conn).await;
}
