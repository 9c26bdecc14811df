"""Certificates for TLS on loopback."""

import datetime
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_LOOPBACK = IPv4Address("127.0.0.1")


@dataclass(frozen=True)
class Certified:
    """A certificate and its key, in files."""

    certificate: Path
    key: Path


@dataclass(frozen=True)
class Authority:
    """Makes certificates."""

    folder: Path
    own: Certified

    def certify(self, name: str) -> Certified:
        issuer = x509.load_pem_x509_certificate(self.own.certificate.read_bytes())
        key = serialization.load_pem_private_key(self.own.key.read_bytes(), None)
        assert isinstance(key, ec.EllipticCurvePrivateKey)
        return _certify(self.folder, name, issuer.subject, key)


def _certify(
    folder: Path, name: str, issuer: x509.Name | None, signing: ec.EllipticCurvePrivateKey | None
) -> Certified:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer or subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(_LOOPBACK)]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .sign(signing or key, hashes.SHA256())
    )
    files = Certified(folder / f"{name}.pem", folder / f"{name}.key")
    files.certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files


def new_authority(folder: Path) -> Authority:
    """One that certifies itself."""
    return Authority(folder, _certify(folder, "authority", None, None))
