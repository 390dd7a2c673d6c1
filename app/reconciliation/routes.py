"""The addresses of reconciling."""

from fastapi import APIRouter

PATH = "/reconcile"
router = APIRouter()
