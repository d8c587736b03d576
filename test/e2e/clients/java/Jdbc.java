import java.math.BigDecimal;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.Date;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The checks of the README with a JDBC driver; the first argument is mysql or mariadb. */
class Jdbc {
  static final String COLUMNS = "id, i, u, m, d, s, b, day, at, t";

  /** Connector/J drops the sign of a TIME in binary rows, with MySQL too: it is asked for as a text. */
  static final String SELECTED = "id, i, u, m, d, s, b, day, at, CAST(t AS CHAR(13))";
  static String kind;

  interface Action {
    void run() throws Exception;
  }

  static Connection connect(boolean tls, String password) throws SQLException {
    String options =
        kind.equals("mysql")
            ? "?useServerPrepStmts=true&allowMultiQueries=true&useCursorFetch=true&"
                + (tls
                    ? "sslMode=REQUIRED"
                    : "sslMode=DISABLED&allowPublicKeyRetrieval=true")
            : "?useServerPrepStmts=true&allowMultiQueries=true&"
                + (tls
                    ? "sslMode=verify-ca&serverSslCert=" + env("CA")
                    : "sslMode=disable&allowPublicKeyRetrieval=true");
    String url = "jdbc:" + kind + "://127.0.0.1:" + env("PORT") + "/" + env("DATABASE") + options;
    return DriverManager.getConnection(url, env("ACCOUNT"), password);
  }

  static String env(String name) {
    return System.getenv(name);
  }

  static Connection connect() throws SQLException {
    return connect(false, env("PASSWORD"));
  }

  static void say(String check, Object value) {
    System.out.println("{\"check\": " + json(check) + ", \"value\": " + json(value) + "}");
  }

  static String json(Object value) {
    if (value == null) return "null";
    if (value instanceof List<?> list) return list.stream().map(Jdbc::json).toList().toString();
    StringBuilder text = new StringBuilder("\"");
    for (char each : value.toString().toCharArray()) {
      boolean plain = each >= ' ' && each < 127 && each != '"' && each != '\\';
      text.append(plain ? String.valueOf(each) : String.format("\\u%04x", (int) each));
    }
    return text.append('"').toString();
  }

  static List<Object> rows(ResultSet result) throws SQLException {
    List<Object> all = new ArrayList<>();
    while (result.next()) {
      List<Object> row = new ArrayList<>();
      for (int at = 1; at <= 10; at++) row.add(shown(result, at));
      all.add(row);
    }
    return all;
  }

  static String shown(ResultSet result, int at) throws SQLException {
    if (result.getString(at) == null) return null;
    switch (at) {
      case 4:
        return result.getBigDecimal(at).toPlainString();
      case 5:
        return new BigDecimal(Double.toString(result.getDouble(at))).stripTrailingZeros().toPlainString();
      case 7:
        return HexFormat.of().withUpperCase().formatHex(result.getBytes(at));
      case 9:
        String whole = result.getTimestamp(at).toLocalDateTime().toString().replace('T', ' ');
        String seconds = whole.length() == 16 ? whole + ":00" : whole;
        return seconds.contains(".") ? seconds : seconds + ".000000";
      default:
        return result.getString(at);
    }
  }

  static String number(Action action) throws Exception {
    try {
      action.run();
    } catch (SQLException error) {
      // Connector/J knows that it has cancelled the statement itself, and gives no number.
      boolean isCancelled = error.getClass().getSimpleName().equals("MySQLStatementCancelledException");
      return isCancelled ? "1317" : Integer.toString(error.getErrorCode());
    }
    return "no error";
  }

  static String cipher(Connection db) throws SQLException {
    return one(db, "SHOW SESSION STATUS LIKE 'Ssl_cipher'", 2).isEmpty() ? "plain" : "encrypted";
  }

  static String one(Connection db, String sql, int column) throws SQLException {
    try (Statement statement = db.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(column);
    }
  }

  public static void main(String[] words) throws Exception {
    kind = words[0];
    Connection db = connect();
    say("plain", cipher(db));
    try (Connection encrypted = connect(true, env("PASSWORD"))) {
      say("tls", cipher(encrypted));
    }
    say("wrong password", number(() -> connect(false, "wrong")));

    Statement statement = db.createStatement();
    say("text", rows(statement.executeQuery("SELECT " + SELECTED + " FROM kinds ORDER BY id")));
    PreparedStatement select = db.prepareStatement("SELECT " + SELECTED + " FROM kinds WHERE id >= ? ORDER BY id");
    select.setInt(1, 1);
    select.setFetchSize(2);
    say("prepared", rows(select.executeQuery()));

    insertBothRows(db);
    say("parameters", rows(statement.executeQuery("SELECT " + SELECTED + " FROM received ORDER BY id")));
    large(db);
    manyRows(db);

    List<Object> several = new ArrayList<>();
    boolean more = statement.execute("SELECT 1; SELECT 2");
    for (; more; more = statement.getMoreResults()) {
      statement.getResultSet().next();
      several.add(statement.getResultSet().getString(1));
    }
    say("multi-statements", several);

    CountDownLatch ended = new CountDownLatch(1);
    Thread canceller = new Thread(() -> cancelUntil(ended, statement));
    canceller.start();
    say("cancel", number(() -> statement.execute(env("ENDLESS"))));
    ended.countDown();
    canceller.join();

    String id = one(db, "SELECT CONNECTION_ID()", 1);
    connect().createStatement().execute("KILL " + id);
    String lost = number(() -> one(db, "SELECT 1", 1));
    say("reconnect", List.of(lost.equals("no error") ? lost : "lost", one(connect(), "SELECT 'again'", 1)));
  }

  static void cancelUntil(CountDownLatch ended, Statement statement) {
    try {
      while (!ended.await(100, TimeUnit.MILLISECONDS)) statement.cancel();
    } catch (SQLException | InterruptedException error) {
      throw new IllegalStateException(error);
    }
  }

  static void insertBothRows(Connection db) throws SQLException {
    PreparedStatement insert =
        db.prepareStatement("INSERT INTO received (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    insert.setInt(1, 1);
    insert.setLong(2, Long.MIN_VALUE);
    insert.setBigDecimal(3, new BigDecimal("18446744073709551615"));
    insert.setBigDecimal(4, new BigDecimal("-12345678901234567890.0123456789"));
    insert.setDouble(5, -0.25);
    insert.setString(6, "it's Ünïcödé 😀");
    insert.setBytes(7, new byte[] {0, -1, 39, 92, 10, 26});
    insert.setDate(8, Date.valueOf("2024-02-29"));
    insert.setTimestamp(9, Timestamp.valueOf("2024-02-29 23:59:59.123456"));
    insert.setString(10, "-12:34:56.789");
    insert.executeUpdate();
    insert.setInt(1, 2);
    for (int at = 2; at <= 10; at++) insert.setNull(at, Types.NULL);
    insert.executeUpdate();
  }

  static void large(Connection db) throws Exception {
    byte[] bytes = new byte[Integer.parseInt(env("LARGE_BYTES")) / 256 * 256];
    for (int at = 0; at < bytes.length; at++) bytes[at] = (byte) at;
    PreparedStatement insert = db.prepareStatement("INSERT INTO large VALUES (1, ?)");
    insert.setBytes(1, bytes);
    insert.executeUpdate();
    try (ResultSet result = db.createStatement().executeQuery("SELECT v FROM large")) {
      result.next();
      byte[] read = result.getBytes(1);
      byte[] digest = MessageDigest.getInstance("MD5").digest(read);
      say("large", List.of(Integer.toString(read.length), HexFormat.of().formatHex(digest)));
    }
  }

  /** Through a cursor with the MySQL driver, streamed with that of MariaDB. */
  static void manyRows(Connection db) throws SQLException {
    long count = 0;
    long total = 0;
    Statement many = db.createStatement();
    many.setFetchSize(1_000);
    try (ResultSet result = many.executeQuery("SELECT n, s FROM many")) {
      for (; result.next(); count++) total += result.getLong(1);
    }
    say("many rows", List.of(Long.toString(count), Long.toString(total)));
  }
}
