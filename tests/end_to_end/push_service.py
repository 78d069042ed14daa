#!/usr/bin/env python3
"""A browser's push service, as the server meets it outside (RFC 8030), and the browser behind it.

    push_service.py FOLDER

Listens on a free port of 127.0.0.1 over TLS with FOLDER/cert.pem (key: FOLDER/key.pem), and prints one line,
"push=PORT p256dh=… auth=…": the keys of the one browser that all its endpoints belong to. What it takes it opens, by
RFC 8291, RFC 8188 and RFC 8292 as they are written and with another library than the server's, and appends it to
FOLDER/pushes, one JSON object a line, flushed before it answers. What cannot be opened, or is not signed as it should
be, is 400, and the reason stands in FOLDER/refused.

How it behaves follows from the endpoint's path: /gone has been unsubscribed, /large takes nothing so long, /busy is too
much for now (once), /down is out of order, /lost takes it and never answers. Any other is taken.
"""
import base64
import http.server
import json
import os
import ssl
import sys
import threading
import time
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

folder = Path(sys.argv[1])
lock = threading.Lock()
curve = ec.SECP256R1()
browser = ec.generate_private_key(curve)
secret = os.urandom(16)


def encoded(raw):
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def point_of(key):
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def derive(salt, keying, info, length):
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(keying)


def opened(body):
    """The text of one push (RFC 8291 §3.4, RFC 8188 §2)."""
    salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
    sender, sealed = body[21:21 + length], body[21 + length:]
    assert len(sealed) <= size, "more than one record"
    agreed = browser.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(curve, sender))
    keying = derive(secret, agreed, b"WebPush: info\0" + point_of(browser.public_key()) + sender, 32)
    key = derive(salt, keying, b"Content-Encoding: aes128gcm\0", 16)
    nonce = derive(salt, keying, b"Content-Encoding: nonce\0", 12)
    text = AESGCM(key).decrypt(nonce, sealed, None).rstrip(b"\0")
    assert text[-1:] == b"\2", "the last record does not say that it is the last"
    return text[:-1].decode()


def claims_of(header, origin):
    """What whoever pushes says of themselves, if it is signed with the key beside it (RFC 8292 §2)."""
    scheme, rest = header.split(" ", 1)
    assert scheme == "vapid", "not VAPID"
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    said, signature = parts["t"].rsplit(".", 1)
    raw = decoded(signature)
    assert len(raw) == 64, "no ES256"
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    key = ec.EllipticCurvePublicKey.from_encoded_point(curve, decoded(parts["k"]))
    key.verify(der, said.encode(), ec.ECDSA(hashes.SHA256()))
    head, claims = (json.loads(decoded(part)) for part in said.split("."))
    assert head == {"typ": "JWT", "alg": "ES256"}, "another token"
    assert claims["aud"] == origin, "for another service"
    assert time.time() < claims["exp"] <= time.time() + 24 * 3600, "too old, or good for too long"
    return {**claims, "key": parts["k"]}


class Service(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    refused_once = set()

    def answer(self, status, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def keep(self, name, what):
        with lock, open(folder / name, "a", encoding="utf-8") as file:
            file.write(json.dumps(what) + "\n")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        first = self.path not in Service.refused_once
        if self.path.startswith("/gone"):
            return self.answer(410)
        if self.path.startswith("/large"):
            return self.answer(413)
        if self.path.startswith("/down"):
            return self.answer(503)
        if self.path.startswith("/busy") and first:
            Service.refused_once.add(self.path)
            return self.answer(429, [("Retry-After", "1")])
        try:
            assert self.headers["Content-Encoding"] == "aes128gcm", "another encoding"
            push = {"path": self.path, "text": opened(body), "size": len(body), "ttl": int(self.headers["TTL"]),
                    "urgency": self.headers["Urgency"], "topic": self.headers["Topic"],
                    "from": claims_of(self.headers["Authorization"], f"https://127.0.0.1:{port}"),
                    "headers": sorted(name.lower() for name in self.headers.keys())}
        except Exception as wrong:  # whatever it is, the test is told
            self.keep("refused", {"path": self.path, "why": repr(wrong)})
            return self.answer(400)
        self.keep("pushes", push)
        if self.path.startswith("/lost"):
            self.close_connection = True
            return self.connection.close()
        return self.answer(201, [("Location", f"https://127.0.0.1:{port}/message/1")])

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
server.socket = context.wrap_socket(server.socket, server_side=True)
port = server.server_address[1]
print(f"push={port} p256dh={encoded(point_of(browser.public_key()))} auth={encoded(secret)}", flush=True)
server.serve_forever()
