"""frustd's job on Python: Debian's python3-socketio and aiohttp, sqlite3 of the standard library.
Written as their users write it: one process, asyncio, and the database in a thread of its own so
that the loop is not held up by the disk; a transaction a click; status and stats at most once in
100 ms.
    server.py DB [JOURNAL]     the journal's mode: wal, or delete as the site's own server has it
"""
import asyncio
import gzip
import json
import socket
import sqlite3
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import socketio
from aiohttp import web

HOUR, DAY = 3600, 86400


class Store:
    def __init__(self, path, journal):
        self.db = sqlite3.connect(path, isolation_level=None)
        for line in (
            f"PRAGMA journal_mode = {journal}",
            "PRAGMA synchronous = FULL",
            "CREATE TABLE IF NOT EXISTS clicks (id INTEGER NOT NULL PRIMARY KEY, user VARCHAR(15),"
            " comment VARCHAR(75), style VARCHAR, timestamp INTEGER)",
            "CREATE INDEX IF NOT EXISTS clicks_timestamp ON clicks (timestamp)",
            "CREATE TABLE IF NOT EXISTS users (name VARCHAR(15) NOT NULL PRIMARY KEY,"
            " clicks INTEGER, events INTEGER)",
            "CREATE TABLE IF NOT EXISTS hours (timestamp INTEGER NOT NULL PRIMARY KEY,"
            " clicks INTEGER, events INTEGER, clicks_total INTEGER, events_total INTEGER)",
        ):
            self.db.execute(line)

    def count_since(self, timestamp):
        query = "SELECT count(*) FROM clicks WHERE timestamp >= ?"
        return self.db.execute(query, (timestamp,)).fetchone()[0]

    def latest(self, timestamp):
        query = (
            "SELECT user, comment, style, timestamp FROM clicks WHERE timestamp >= ?"
            " ORDER BY id DESC LIMIT 10000"
        )
        names = ("user", "comment", "style", "timestamp")
        return json.dumps([dict(zip(names, row)) for row in self.db.execute(query, (timestamp,))])

    def add(self, click):
        user, timestamp = click["user"], click["timestamp"]
        self.db.execute("BEGIN IMMEDIATE")
        self.db.execute(
            "INSERT INTO clicks (user, comment, style, timestamp) VALUES (?, ?, ?, ?)",
            (user, click["comment"], click["style"], timestamp),
        )
        self.db.execute(
            "INSERT INTO users VALUES (?, 1, 0) ON CONFLICT (name) DO UPDATE SET clicks = clicks + 1",
            (user,),
        )
        self.db.execute(
            "INSERT INTO hours VALUES (?, 1, 0, 1, 0) ON CONFLICT (timestamp)"
            " DO UPDATE SET clicks = clicks + 1, clicks_total = clicks_total + 1",
            (timestamp - timestamp % HOUR,),
        )
        self.db.execute("COMMIT")


def text(value, most):
    value = value.strip() if isinstance(value, str) else ""
    return value if 0 < len(value) <= most else None


class Site:
    def __init__(self, path, journal="wal"):
        # allow_upgrades as is; no compression, as everywhere here
        self.sio = socketio.AsyncServer(
            async_mode="aiohttp", http_compression=False, cors_allowed_origins="*"
        )
        self.app = web.Application()
        self.sio.attach(self.app, "api/socket.io")
        self.app.router.add_get("/api/current_stats", self.get_stats)
        self.app.router.add_get("/api/latest_clicks", self.get_clicks)
        for handler in (self.connect, self.disconnect, self.auth, self.click):
            self.sio.on(handler.__name__, handler)
        self.clients = {}
        self.status_due = None
        self.thread = ThreadPoolExecutor(1)
        self.store = self.thread.submit(Store, path, journal).result()
        now = int(time.time())
        counts = [self.on_thread(self.store.count_since, t) for t in (0, now - now % DAY, now - now % HOUR)]
        self.stats = {"click_count_total": counts[0], "event_count_total": 0,
                      "click_count_today": counts[1], "event_count_today": 0,
                      "click_count_hour": counts[2], "event_count_hour": 0}

    def on_thread(self, fn, *args):
        return self.thread.submit(fn, *args).result()

    async def in_thread(self, fn, *args):
        return await asyncio.get_running_loop().run_in_executor(self.thread, fn, *args)

    async def message(self, words):
        await self.sio.emit("message", {"text": words, "style": "medium highlight", "type": "toast"})

    async def send_status(self):
        await asyncio.sleep(0.1)
        self.status_due = None
        await self.sio.emit("status", {"user_count": len(self.clients)})
        await self.sio.emit("stats", self.stats)

    def status_changed(self):
        if self.status_due is None:
            self.status_due = asyncio.ensure_future(self.send_status())

    async def connect(self, sid, _environ):
        self.clients[sid] = {"name": None, "clicks": 0}
        await self.sio.emit("stats", self.stats, to=sid)
        self.status_changed()

    async def disconnect(self, sid):
        client = self.clients.pop(sid)
        if client["name"]:
            await self.message(f"{client['name']} hat verlassen.")
        self.status_changed()

    async def rename(self, sid, name):
        old = self.clients[sid]["name"]
        if name == old:
            return
        self.clients[sid]["name"] = name
        await self.message(f"{old} hat sich umbenannt zu {name}." if old else f"{name} ist beigetreten.")

    async def auth(self, sid, name):
        if text(name, 15):
            await self.rename(sid, text(name, 15))

    async def click(self, sid, sent):
        click = {"user": text(sent.get("user"), 15), "comment": text(sent.get("comment"), 75),
                 "style": text(sent.get("style"), 64), "timestamp": int(time.time())}
        if not click["user"]:
            return
        await self.in_thread(self.store.add, click)
        await self.rename(sid, click["user"])
        client = self.clients[sid]
        client["clicks"] += 1
        if client["clicks"] == 50 or client["clicks"] % 100 == 0:
            await self.message(f"{click['user']} erreicht {client['clicks']} Klicks!")
        for key in ("click_count_total", "click_count_today", "click_count_hour"):
            self.stats[key] += 1
        await self.sio.emit("click", click)

    @staticmethod
    def answer(request, body):
        headers = {"Cache-Control": "no-cache"}
        body = body.encode()
        if len(body) >= 1024 and "gzip" in request.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, 1)
            headers["Content-Encoding"] = "gzip"
        return web.Response(body=body, headers=headers, content_type="application/json")

    async def get_stats(self, request):
        return self.answer(request, json.dumps(self.stats))

    async def get_clicks(self, request):
        now = int(time.time())
        return self.answer(request, await self.in_thread(self.store.latest, now - now % DAY))


async def main():
    runner = web.AppRunner(Site(*sys.argv[1:]).app, access_log=None)
    await runner.setup()
    listener = socket.create_server(("127.0.0.1", 0), backlog=4096)
    await web.SockSite(runner, listener, backlog=4096).start()
    print(f"python: listening on http://127.0.0.1:{listener.getsockname()[1]}", file=sys.stderr)
    await asyncio.Event().wait()


asyncio.run(main())
