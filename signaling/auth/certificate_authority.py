"""A certificate authority of this Farview's own, made at first use (RFC 5280).

Its key signs certificates for the names of this machine; a browser that trusts the authority reaches Farview without a
warning. The authority is limited to server certificates and may not sign further authorities.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from signaling.auth.private_file import write_private
from signaling.errors import CannotStart

_AUTHORITY_DAYS = 3650
_CERTIFICATE_DAYS = 397
_SKEW = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class CertificateAuthority:
    """The authority in one folder."""

    folder: Path
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def file(self) -> Path:
        """The certificate that browsers are to trust."""
        return self.folder / "farview-authority.pem"

    @classmethod
    def open(cls, folder: Path) -> CertificateAuthority:
        """The authority in `folder`, made where there is none.

        Raises:
            CannotStart: its files can't be read or written.
        """
        certificate_file, key_file = folder / "farview-authority.pem", folder / "authority-key.pem"
        try:
            if not key_file.exists() or not certificate_file.exists():
                key = ec.generate_private_key(ec.SECP256R1())
                certificate = _authority(key)
                write_private(key_file, _pem(key))
                write_private(certificate_file, certificate.public_bytes(serialization.Encoding.PEM))
                return cls(folder, certificate, key)
            loaded = serialization.load_pem_private_key(key_file.read_bytes(), password=None)
            certificate = x509.load_pem_x509_certificate(certificate_file.read_bytes())
        except OSError as error:
            raise CannotStart(
                f"The certificate authority in {folder} can't be read or written: {error.strerror}."
            ) from error
        except ValueError as error:
            raise CannotStart(
                f"The certificate authority in {folder} can't be used ({type(error).__name__}). "
                "Remove that folder for a new one, or give --cert and --key-file."
            ) from error
        if not isinstance(loaded, ec.EllipticCurvePrivateKey):
            raise CannotStart(f"The key in {folder} is of another kind. Remove that folder for a new one.")
        return cls(folder, certificate, loaded)

    def certificate_for(self, names: Collection[str]) -> tuple[Path, Path]:
        """A new certificate for `names`, and its key; made at every start, since addresses change."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = dt.datetime.now(dt.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_name("Farview"))
            .issuer_name(self.certificate.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - _SKEW)
            .not_valid_after(now + dt.timedelta(days=_CERTIFICATE_DAYS))
            .add_extension(
                x509.SubjectAlternativeName([_general(name) for name in sorted(names)]), critical=False
            )
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()), critical=False
            )
            .sign(self.key, hashes.SHA256())
        )
        certificate_file, key_file = self.folder / "certificate.pem", self.folder / "certificate-key.pem"
        try:
            write_private(certificate_file, certificate.public_bytes(serialization.Encoding.PEM))
            write_private(key_file, _pem(key))
        except OSError as error:
            raise CannotStart(
                f"The certificate can't be written to {self.folder}: {error.strerror}."
            ) from error
        return certificate_file, key_file

    def instructions(self) -> str:
        """What a person does once, for each browser that is to reach this Farview."""
        digest = self.certificate.fingerprint(hashes.SHA256()).hex(":").upper()
        return (
            f"Farview's certificate is signed by its own authority. Copy {self.file} to each reading machine and add it there "
            "to the trusted authorities (Chromium: Settings, Privacy and security, Security, Manage certificates). "
            f"Its SHA-256 fingerprint: {digest}"
        )


def _authority(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    name = _name("Farview authority of this machine")
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + dt.timedelta(days=_AUTHORITY_DAYS))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
