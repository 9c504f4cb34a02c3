"""The service people would write instead: FastAPI, sockets in a set, pull requests through SQLAlchemy; no sign-in.

Everything that makes it slower is left out: no users, no access, no cursor, answers without a response model.
"""

from __future__ import annotations

import os
from typing import Any

from fastapi import FastAPI, Request, WebSocket, WebSocketDisconnect
from fastapi.responses import JSONResponse
from sqlalchemy import Text, select
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

app = FastAPI()
sockets: set[WebSocket] = set()
engine = create_async_engine(f"sqlite+aiosqlite:///{os.environ['BASELINE_DATABASE']}")
session = async_sessionmaker(engine, expire_on_commit=False)


class Base(DeclarativeBase):
    """The tables."""


class PullRequest(Base):
    """A pull request."""

    __tablename__ = "pull_request"
    id: Mapped[int] = mapped_column(primary_key=True)
    repository: Mapped[str]
    number: Mapped[int]
    title: Mapped[str]
    url: Mapped[str]
    author: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    draft: Mapped[bool]
    created_at: Mapped[str]
    updated_at: Mapped[str] = mapped_column(index=True)
    additions: Mapped[int]
    deletions: Mapped[int]
    labels: Mapped[str]
    text: Mapped[str] = mapped_column(Text)


COLUMNS = [column.name for column in PullRequest.__table__.columns]


@app.get("/empty")
async def empty() -> dict[str, str]:
    """An empty view."""
    return {"status": "ok"}


@app.get("/pull-requests")
async def pull_requests() -> JSONResponse:
    """The hundred that were updated last."""
    found: AsyncSession
    async with session() as found:
        newest = select(PullRequest).where(PullRequest.state == "open").order_by(PullRequest.updated_at.desc())
        rows = (await found.scalars(newest.limit(100))).all()
    items = [{name: getattr(row, name) for name in COLUMNS} for row in rows]
    return JSONResponse({"items": items, "count": len(rows)})


@app.post("/broadcast")
async def broadcast(request: Request, times: int = 1) -> dict[str, Any]:
    """Sends the body to every socket, `times` times."""
    text = (await request.body()).decode()
    for _ in range(times):
        for socket in list(sockets):
            await socket.send_text(text)
    return {"sockets": len(sockets)}


@app.websocket("/ws")
async def listen(socket: WebSocket) -> None:
    """Keeps a socket until its client leaves."""
    await socket.accept()
    sockets.add(socket)
    await socket.send_text('{"type":"ready"}')
    try:
        while True:
            await socket.receive_text()
    except WebSocketDisconnect:
        sockets.discard(socket)
