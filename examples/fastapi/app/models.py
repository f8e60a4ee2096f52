from decimal import Decimal

from pydantic import BaseModel, EmailStr, Field


class Chart(BaseModel):
    id: int
    title: str
    scale: int = Field(gt=0)
    price: Decimal


class Subscription(BaseModel):
    email: EmailStr
    charts: list[int] = Field(min_length=1)
