// The checks of the README with Go's go-sql-driver; with a connection string and a query, what that answers.
package main

import (
	"context"
	"crypto/md5"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

const columns = "id, i, u, m, d, s, b, day, at, t"

func open(tlsName, password string) *sql.DB {
	config := mysql.NewConfig()
	config.Net, config.Addr = "tcp", "127.0.0.1:"+os.Getenv("PORT")
	config.User, config.Passwd, config.DBName = os.Getenv("ACCOUNT"), password, os.Getenv("DATABASE")
	config.TLSConfig, config.MultiStatements = tlsName, true
	must(config.Apply(mysql.Charset("utf8mb4", "")))
	connector, err := mysql.NewConnector(config)
	must(err)
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(1)
	return db
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func say(check string, value any) {
	line, err := json.Marshal(map[string]any{"check": check, "value": value})
	must(err)
	fmt.Println(string(line))
}

func number(err error) string {
	var server *mysql.MySQLError
	if errors.As(err, &server) {
		return strconv.Itoa(int(server.Number))
	}
	if err != nil {
		return err.Error()
	}
	return "no error"
}

func one(db *sql.DB, query string) string {
	var value string
	must(db.QueryRow(query).Scan(&value))
	return value
}

func cipher(db *sql.DB) string {
	var name, value string
	must(db.QueryRow("SHOW SESSION STATUS LIKE 'Ssl_cipher'").Scan(&name, &value))
	if value == "" {
		return "plain"
	}
	return "encrypted"
}

// The driver gives numbers of binary rows as such, and everything else as bytes.
func rows(result *sql.Rows, err error) [][]any {
	must(err)
	defer result.Close()
	var all [][]any
	for result.Next() {
		values := make([]any, 10)
		places := make([]any, 10)
		for at := range values {
			places[at] = &values[at]
		}
		must(result.Scan(places...))
		for at, value := range values {
			values[at] = shown(at, value)
		}
		all = append(all, values)
	}
	must(result.Err())
	return all
}

func shown(at int, value any) any {
	switch typed := value.(type) {
	case nil:
		return nil
	case []byte:
		if at == 6 {
			return strings.ToUpper(hex.EncodeToString(typed))
		}
		return string(typed)
	case float64:
		return strconv.FormatFloat(typed, 'f', -1, 64)
	default:
		return fmt.Sprint(typed)
	}
}

func main() {
	password := os.Getenv("PASSWORD")
	certificate, err := os.ReadFile(os.Getenv("CA"))
	must(err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(certificate)
	must(mysql.RegisterTLSConfig("own", &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}))

	if len(os.Args) == 3 {
		db, err := sql.Open("mysql", os.Args[1])
		must(err)
		fmt.Println(one(db, os.Args[2]))
		return
	}
	db := open("false", password)
	say("plain", cipher(db))
	say("tls", cipher(open("own", password)))
	say("wrong password", number(open("false", "wrong").Ping()))
	rowsAndValues(db)
	cancelAndReconnect(db)
}

func rowsAndValues(db *sql.DB) {
	say("text", rows(db.Query("SELECT "+columns+" FROM kinds ORDER BY id")))
	say("prepared", rows(db.Query("SELECT "+columns+" FROM kinds WHERE id >= ? ORDER BY id", 1)))

	insert, err := db.Prepare("INSERT INTO received (" + columns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
	must(err)
	at := time.Date(2024, 2, 29, 23, 59, 59, 123456000, time.UTC)
	_, err = insert.Exec(1, int64(-1<<63), uint64(1<<64-1), "-12345678901234567890.0123456789", -0.25,
		"it's Ünïcödé 😀", []byte{0, 255, 39, 92, 10, 26}, "2024-02-29", at, "-12:34:56.789")
	must(err)
	_, err = insert.Exec(2, nil, nil, nil, nil, nil, nil, nil, nil, nil)
	must(err)
	say("parameters", rows(db.Query("SELECT "+columns+" FROM received ORDER BY id")))

	size, err := strconv.Atoi(os.Getenv("LARGE_BYTES"))
	must(err)
	large := make([]byte, size/256*256)
	for at := range large {
		large[at] = byte(at)
	}
	_, err = db.Exec("INSERT INTO large VALUES (1, ?)", large)
	must(err)
	var read []byte
	must(db.QueryRow("SELECT v FROM large").Scan(&read))
	digest := md5.Sum(read)
	say("large", []string{strconv.Itoa(len(read)), hex.EncodeToString(digest[:])})

	var count, total, n int64
	var text string
	many, err := db.Query("SELECT n, s FROM many")
	must(err)
	for many.Next() {
		must(many.Scan(&n, &text))
		count++
		total += n
	}
	must(many.Err())
	say("many rows", []string{strconv.FormatInt(count, 10), strconv.FormatInt(total, 10)})

	var several []string
	multi, err := db.Query("SELECT 1; SELECT 2")
	must(err)
	for more := true; more; more = multi.NextResultSet() {
		for multi.Next() {
			must(multi.Scan(&text))
			several = append(several, text)
		}
	}
	must(multi.Close())
	say("multi-statements", several)
}

func cancelAndReconnect(db *sql.DB) {
	killer := open("false", os.Getenv("PASSWORD"))
	id := one(db, "SELECT CONNECTION_ID()")
	background, stop := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for background.Err() == nil {
			_, err := killer.Exec("KILL QUERY " + id)
			must(err)
			time.Sleep(100 * time.Millisecond)
		}
	}()
	_, err := db.Exec(os.Getenv("ENDLESS"))
	say("cancel", number(err))
	stop()
	<-stopped

	connection, err := db.Conn(context.Background())
	must(err)
	_, err = killer.Exec("KILL " + id)
	must(err)
	_, err = connection.ExecContext(context.Background(), "SELECT 1")
	lost := number(err)
	if err != nil {
		lost = "lost"
	}
	connection.Close()
	say("reconnect", []string{lost, one(db, "SELECT 'again'")})
}
