"""Makes the database that the server reads."""

import sqlite3

with sqlite3.connect("catalogue.db") as database:
    database.execute("CREATE TABLE charts (id INTEGER PRIMARY KEY, title TEXT, scale INTEGER, price TEXT)")
    database.executemany(
        "INSERT INTO charts VALUES (?, ?, ?, ?)",
        [
            (1, "Elbe mouth", 50_000, "24.90"),
            (2, "Kiel Bight", 100_000, "21.50"),
            (3, "Wadden Sea, eastern part", 75_000, "24.90"),
        ],
    )
