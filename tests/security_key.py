"""A security key as a machine would be, with the browser that it is plugged into. Source: W3C Web Authentication."""

import hashlib
import json
from base64 import urlsafe_b64encode
from secrets import token_bytes

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

IS_THERE, HAS_CREDENTIAL = 0x01, 0x40


class Key:
    """It counts what it answers, as far as `count` is not None. The browser is at the page of `origin`."""

    def __init__(self, *, origin: str = "http://testserver", count: int | None = 0) -> None:
        self.origin = origin
        self.count = count
        self.id = token_bytes(32)
        self.private_key = ec.generate_private_key(ec.SECP256R1())

    def create(self, options: dict) -> str:
        """What it says when it is new to the shop."""
        point = self.private_key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
        credential = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        data = self._data(options["rp"]["id"], IS_THERE | HAS_CREDENTIAL) + credential
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", options)
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def get(self, options: dict) -> str:
        """What it says to show that it is there."""
        if self.count is not None:
            self.count += 1
        data, client = self._data(options["rpId"], IS_THERE), self._client("webauthn.get", options)
        signature = self.private_key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + (self.count or 0).to_bytes(4, "big")

    def _client(self, kind: str, options: dict) -> bytes:
        return json.dumps({"type": kind, "challenge": options["challenge"], "origin": self.origin}).encode()

    def _answer(self, **response: bytes) -> str:
        name = _text(self.id)
        response = {name: _text(value) for name, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})


def _text(value: bytes) -> str:
    return urlsafe_b64encode(value).decode().rstrip("=")
