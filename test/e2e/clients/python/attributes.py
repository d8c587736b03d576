"""Query attributes by MySQL Connector/Python: what the server reads of them, with rows of prepared statements between."""
import json
import os

import mysql.connector

connection = mysql.connector.connect(
    host="127.0.0.1",
    port=int(os.environ["PORT"]),
    user=os.environ["ACCOUNT"],
    password=os.environ["PASSWORD"],
    use_pure=True,
)
function = "mysql_query_attribute_string"
cursor = connection.cursor()
cursor.add_attribute("trace", "äbc")
cursor.add_attribute("number", -5)
cursor.execute(f"SELECT {function}('trace'), {function}('number'), {function}('other')")
print(json.dumps(cursor.fetchall()))
prepared = connection.cursor(prepared=True)
for number, text in [(41, "é"), (1, "b")]:
    prepared.add_attribute("trace", text)
    prepared.execute("SELECT %s + 1, %s", (number, text))
    print(json.dumps(prepared.fetchall()))
cursor.clear_attributes()
cursor = connection.cursor()
cursor.execute(f"SELECT {function}('trace')")
print(json.dumps(cursor.fetchall()))
