"""A VPN for administrators' laptops, and the function that looks where they connect from."""

from constructs_lib.client_vpn.construct import ClientVpn

__all__ = ["ClientVpn"]
