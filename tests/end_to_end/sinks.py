#!/usr/bin/env python3
"""A mail server and a text message gateway, as the server meets them outside; each on a free port of 127.0.0.1.

    sinks.py FOLDER [--tls]

Prints one line, "smtp=PORT http=PORT", and appends what it takes to FOLDER/mails and FOLDER/texts, one JSON
object a line, flushed before it answers. With --tls mail goes over STARTTLS with the certificate FOLDER/cert.pem
(key: FOLDER/key.pem), and only for the user "calendar" with the password "secret".

How it behaves follows from whom the message is for. Mail: bad@ is refused for good, full@ for now, lost@ takes the
message and breaks off without an answer. Text messages: …0422 is no number, …0429 is too much for now (once),
…0000 takes it and never answers.
"""
import asyncio
import http.server
import json
import ssl
import sys
import threading
from email import policy
from email.parser import BytesParser
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult

folder = Path(sys.argv[1])
tls = "--tls" in sys.argv[2:]
lock = threading.Lock()


def keep(name, what):
    with lock, open(folder / name, "a", encoding="utf-8") as file:
        file.write(json.dumps(what) + "\n")


class Mails:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("bad@"):
            return "550 5.1.1 no such mailbox"
        if address.startswith("full@"):
            return "452 4.2.2 mailbox full"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server, session, envelope):
        mail = BytesParser(policy=policy.default).parsebytes(envelope.content)
        parts = {part.get_content_type(): part.get_content() for part in mail.walk() if not part.is_multipart()}
        keep("mails", {"to": envelope.rcpt_tos[0], "from": envelope.mail_from, "subject": mail["subject"],
                       "sender": mail["from"], "id": mail["message-id"], "tls": session.ssl is not None,
                       "user": (session.auth_data.login.decode() if session.auth_data else None), "parts": parts})
        if envelope.rcpt_tos[0].startswith("lost@"):
            server.transport.abort()
        return "250 taken"


def known(server, session, envelope, mechanism, data):
    return AuthResult(success=data.login == b"calendar" and data.password == b"secret", auth_data=data)


def mail_session():
    if not tls:
        return SMTP(Mails(), enable_SMTPUTF8=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return SMTP(Mails(), tls_context=context, require_starttls=True, authenticator=known, auth_required=True)


class Texts(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    seen = set()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        text = json.loads(body)
        to = text["to"]
        refused = to.endswith("0429") and to not in Texts.seen
        Texts.seen.add(to)
        if not refused and not to.endswith("0422"):
            keep("texts", {**text, "signature": self.headers["Circled-Signature"], "raw": body.decode(),
                           "key": self.headers["Idempotency-Key"]})
        if to.endswith("0000"):
            self.connection.close()
            return
        self.send_response(422 if to.endswith("0422") else 429 if refused else 200)
        if refused:
            self.send_header("Retry-After", "1")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


async def main():
    smtp = await asyncio.get_running_loop().create_server(mail_session, "127.0.0.1", 0)
    texts = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Texts)
    threading.Thread(target=texts.serve_forever, daemon=True).start()
    print(f"smtp={smtp.sockets[0].getsockname()[1]} http={texts.server_address[1]}", flush=True)
    await smtp.serve_forever()


asyncio.run(main())
