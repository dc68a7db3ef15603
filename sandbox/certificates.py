"""A certificate authority of the sandbox's own, for the endpoints that speak TLS."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import threading
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

NAME = "modern_data.warehouse sandbox"
VALID = datetime.timedelta(days=365)
EARLIER = datetime.timedelta(days=1)  # a client's clock may be behind


class Authority:
    """Signs a certificate for each host that is asked for; makes its own on first use.

    directory is where they lie: ca.pem is what clients are to trust.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._own_key: ec.EllipticCurvePrivateKey | None = None
        self._contexts: dict[str, ssl.SSLContext] = {}

    @property
    def file(self) -> Path:
        """The certificate that clients are to trust, as PEM."""
        return self._directory / "ca.pem"

    def prepare(self) -> None:
        """Make the authority's own certificate, if there is none yet."""
        with self._lock:
            self._key()

    def context(self, host: str) -> ssl.SSLContext:
        """What a server at an IP address presents itself with."""
        with self._lock:
            if host not in self._contexts:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                context.load_cert_chain(self._issue(host))
                self._contexts[host] = context
            return self._contexts[host]

    def _key(self) -> ec.EllipticCurvePrivateKey:
        if self._own_key is None:
            key = ec.generate_private_key(ec.SECP256R1())
            certificate = (
                _builder(NAME, NAME, key)
                .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
                .add_extension(_usage(signs_certificates=True), critical=True)
                .sign(key, hashes.SHA256())
            )
            self._directory.mkdir(parents=True, exist_ok=True)
            self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
            self._own_key = key
        return self._own_key

    def _issue(self, host: str) -> Path:
        """A file with a certificate of a host and its key."""
        authority_key = self._key()
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.IPAddress(ipaddress.ip_address(host)), x509.DNSName("localhost")]
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority_key.public_key())
        certificate = (
            _builder(host, NAME, key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(signs_certificates=False), critical=True)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(identifier, critical=False)
            .sign(authority_key, hashes.SHA256())
        )
        file = self._directory / f"{host}.pem"
        file.touch(mode=0o600)
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        return file


def _builder(subject: str, issuer: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(_named(subject))
        .issuer_name(_named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )
