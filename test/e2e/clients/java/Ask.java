import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;

/** Connects to a URL as an account with a password, and prints what a query answers: four arguments. */
class Ask {
  public static void main(String[] words) throws Exception {
    try (Connection db = DriverManager.getConnection(words[0], words[1], words[2]);
        ResultSet result = db.createStatement().executeQuery(words[3])) {
      result.next();
      System.out.println(result.getString(1));
    }
  }
}
