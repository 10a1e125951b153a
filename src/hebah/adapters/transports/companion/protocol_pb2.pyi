from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Envelope(_message.Message):
    __slots__ = ("configure", "ready", "request", "response", "event", "acknowledge")
    CONFIGURE_FIELD_NUMBER: _ClassVar[int]
    READY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_FIELD_NUMBER: _ClassVar[int]
    RESPONSE_FIELD_NUMBER: _ClassVar[int]
    EVENT_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGE_FIELD_NUMBER: _ClassVar[int]
    configure: Configure
    ready: Ready
    request: Request
    response: Response
    event: Event
    acknowledge: Acknowledge
    def __init__(self, configure: _Optional[_Union[Configure, _Mapping]] = ..., ready: _Optional[_Union[Ready, _Mapping]] = ..., request: _Optional[_Union[Request, _Mapping]] = ..., response: _Optional[_Union[Response, _Mapping]] = ..., event: _Optional[_Union[Event, _Mapping]] = ..., acknowledge: _Optional[_Union[Acknowledge, _Mapping]] = ...) -> None: ...

class Configure(_message.Message):
    __slots__ = ("version", "database_url", "sealing_key", "connections", "spool", "qr_first_ms", "qr_next_ms", "send_timeout_ms", "patience_ms", "device_name", "log_level")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DATABASE_URL_FIELD_NUMBER: _ClassVar[int]
    SEALING_KEY_FIELD_NUMBER: _ClassVar[int]
    CONNECTIONS_FIELD_NUMBER: _ClassVar[int]
    SPOOL_FIELD_NUMBER: _ClassVar[int]
    QR_FIRST_MS_FIELD_NUMBER: _ClassVar[int]
    QR_NEXT_MS_FIELD_NUMBER: _ClassVar[int]
    SEND_TIMEOUT_MS_FIELD_NUMBER: _ClassVar[int]
    PATIENCE_MS_FIELD_NUMBER: _ClassVar[int]
    DEVICE_NAME_FIELD_NUMBER: _ClassVar[int]
    LOG_LEVEL_FIELD_NUMBER: _ClassVar[int]
    version: int
    database_url: str
    sealing_key: bytes
    connections: int
    spool: str
    qr_first_ms: int
    qr_next_ms: int
    send_timeout_ms: int
    patience_ms: int
    device_name: str
    log_level: str
    def __init__(self, version: _Optional[int] = ..., database_url: _Optional[str] = ..., sealing_key: _Optional[bytes] = ..., connections: _Optional[int] = ..., spool: _Optional[str] = ..., qr_first_ms: _Optional[int] = ..., qr_next_ms: _Optional[int] = ..., send_timeout_ms: _Optional[int] = ..., patience_ms: _Optional[int] = ..., device_name: _Optional[str] = ..., log_level: _Optional[str] = ...) -> None: ...

class Ready(_message.Message):
    __slots__ = ("code", "boot_id", "build", "version")
    CODE_FIELD_NUMBER: _ClassVar[int]
    BOOT_ID_FIELD_NUMBER: _ClassVar[int]
    BUILD_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    code: str
    boot_id: str
    build: str
    version: int
    def __init__(self, code: _Optional[str] = ..., boot_id: _Optional[str] = ..., build: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class Device(_message.Message):
    __slots__ = ("workspace_id", "device_id")
    WORKSPACE_ID_FIELD_NUMBER: _ClassVar[int]
    DEVICE_ID_FIELD_NUMBER: _ClassVar[int]
    workspace_id: bytes
    device_id: bytes
    def __init__(self, workspace_id: _Optional[bytes] = ..., device_id: _Optional[bytes] = ...) -> None: ...

class Request(_message.Message):
    __slots__ = ("id", "device", "link", "cancel", "open", "close", "log_out", "forget", "send", "mark_read", "typing", "check_numbers", "fetch_media", "fetch_history", "probe", "counters", "drain", "answer_passkey", "request_history", "look_up_group", "fetch_picture", "keep_chat")
    ID_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    LINK_FIELD_NUMBER: _ClassVar[int]
    CANCEL_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    CLOSE_FIELD_NUMBER: _ClassVar[int]
    LOG_OUT_FIELD_NUMBER: _ClassVar[int]
    FORGET_FIELD_NUMBER: _ClassVar[int]
    SEND_FIELD_NUMBER: _ClassVar[int]
    MARK_READ_FIELD_NUMBER: _ClassVar[int]
    TYPING_FIELD_NUMBER: _ClassVar[int]
    CHECK_NUMBERS_FIELD_NUMBER: _ClassVar[int]
    FETCH_MEDIA_FIELD_NUMBER: _ClassVar[int]
    FETCH_HISTORY_FIELD_NUMBER: _ClassVar[int]
    PROBE_FIELD_NUMBER: _ClassVar[int]
    COUNTERS_FIELD_NUMBER: _ClassVar[int]
    DRAIN_FIELD_NUMBER: _ClassVar[int]
    ANSWER_PASSKEY_FIELD_NUMBER: _ClassVar[int]
    REQUEST_HISTORY_FIELD_NUMBER: _ClassVar[int]
    LOOK_UP_GROUP_FIELD_NUMBER: _ClassVar[int]
    FETCH_PICTURE_FIELD_NUMBER: _ClassVar[int]
    KEEP_CHAT_FIELD_NUMBER: _ClassVar[int]
    id: int
    device: Device
    link: Link
    cancel: Cancel
    open: Open
    close: Close
    log_out: LogOut
    forget: Forget
    send: Send
    mark_read: MarkRead
    typing: Typing
    check_numbers: CheckNumbers
    fetch_media: FetchMedia
    fetch_history: FetchHistory
    probe: Probe
    counters: Counters
    drain: Drain
    answer_passkey: AnswerPasskey
    request_history: RequestHistory
    look_up_group: LookUpGroup
    fetch_picture: FetchPicture
    keep_chat: KeepChat
    def __init__(self, id: _Optional[int] = ..., device: _Optional[_Union[Device, _Mapping]] = ..., link: _Optional[_Union[Link, _Mapping]] = ..., cancel: _Optional[_Union[Cancel, _Mapping]] = ..., open: _Optional[_Union[Open, _Mapping]] = ..., close: _Optional[_Union[Close, _Mapping]] = ..., log_out: _Optional[_Union[LogOut, _Mapping]] = ..., forget: _Optional[_Union[Forget, _Mapping]] = ..., send: _Optional[_Union[Send, _Mapping]] = ..., mark_read: _Optional[_Union[MarkRead, _Mapping]] = ..., typing: _Optional[_Union[Typing, _Mapping]] = ..., check_numbers: _Optional[_Union[CheckNumbers, _Mapping]] = ..., fetch_media: _Optional[_Union[FetchMedia, _Mapping]] = ..., fetch_history: _Optional[_Union[FetchHistory, _Mapping]] = ..., probe: _Optional[_Union[Probe, _Mapping]] = ..., counters: _Optional[_Union[Counters, _Mapping]] = ..., drain: _Optional[_Union[Drain, _Mapping]] = ..., answer_passkey: _Optional[_Union[AnswerPasskey, _Mapping]] = ..., request_history: _Optional[_Union[RequestHistory, _Mapping]] = ..., look_up_group: _Optional[_Union[LookUpGroup, _Mapping]] = ..., fetch_picture: _Optional[_Union[FetchPicture, _Mapping]] = ..., keep_chat: _Optional[_Union[KeepChat, _Mapping]] = ...) -> None: ...

class Link(_message.Message):
    __slots__ = ("phone",)
    PHONE_FIELD_NUMBER: _ClassVar[int]
    phone: str
    def __init__(self, phone: _Optional[str] = ...) -> None: ...

class Cancel(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Open(_message.Message):
    __slots__ = ("epoch",)
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    epoch: int
    def __init__(self, epoch: _Optional[int] = ...) -> None: ...

class Close(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class LogOut(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Forget(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Probe(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Counters(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Drain(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class AnswerPasskey(_message.Message):
    __slots__ = ("response_json",)
    RESPONSE_JSON_FIELD_NUMBER: _ClassVar[int]
    response_json: str
    def __init__(self, response_json: _Optional[str] = ...) -> None: ...

class Send(_message.Message):
    __slots__ = ("wire_id", "to", "quote", "text", "media", "reaction", "edit", "deletion")
    WIRE_ID_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    MEDIA_FIELD_NUMBER: _ClassVar[int]
    REACTION_FIELD_NUMBER: _ClassVar[int]
    EDIT_FIELD_NUMBER: _ClassVar[int]
    DELETION_FIELD_NUMBER: _ClassVar[int]
    wire_id: str
    to: str
    quote: Quote
    text: Text
    media: MediaFile
    reaction: Reaction
    edit: Edit
    deletion: Deletion
    def __init__(self, wire_id: _Optional[str] = ..., to: _Optional[str] = ..., quote: _Optional[_Union[Quote, _Mapping]] = ..., text: _Optional[_Union[Text, _Mapping]] = ..., media: _Optional[_Union[MediaFile, _Mapping]] = ..., reaction: _Optional[_Union[Reaction, _Mapping]] = ..., edit: _Optional[_Union[Edit, _Mapping]] = ..., deletion: _Optional[_Union[Deletion, _Mapping]] = ...) -> None: ...

class Text(_message.Message):
    __slots__ = ("body",)
    BODY_FIELD_NUMBER: _ClassVar[int]
    body: str
    def __init__(self, body: _Optional[str] = ...) -> None: ...

class MediaFile(_message.Message):
    __slots__ = ("kind", "path", "mime", "caption", "file_name", "width", "height", "seconds", "sha256", "thumbnail", "waveform")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PATH_FIELD_NUMBER: _ClassVar[int]
    MIME_FIELD_NUMBER: _ClassVar[int]
    CAPTION_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    THUMBNAIL_FIELD_NUMBER: _ClassVar[int]
    WAVEFORM_FIELD_NUMBER: _ClassVar[int]
    kind: str
    path: str
    mime: str
    caption: str
    file_name: str
    width: int
    height: int
    seconds: int
    sha256: bytes
    thumbnail: bytes
    waveform: bytes
    def __init__(self, kind: _Optional[str] = ..., path: _Optional[str] = ..., mime: _Optional[str] = ..., caption: _Optional[str] = ..., file_name: _Optional[str] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., seconds: _Optional[int] = ..., sha256: _Optional[bytes] = ..., thumbnail: _Optional[bytes] = ..., waveform: _Optional[bytes] = ...) -> None: ...

class Target(_message.Message):
    __slots__ = ("wire_id", "from_me", "sender")
    WIRE_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_ME_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    wire_id: str
    from_me: bool
    sender: str
    def __init__(self, wire_id: _Optional[str] = ..., from_me: _Optional[bool] = ..., sender: _Optional[str] = ...) -> None: ...

class Reaction(_message.Message):
    __slots__ = ("target", "emoji")
    TARGET_FIELD_NUMBER: _ClassVar[int]
    EMOJI_FIELD_NUMBER: _ClassVar[int]
    target: Target
    emoji: str
    def __init__(self, target: _Optional[_Union[Target, _Mapping]] = ..., emoji: _Optional[str] = ...) -> None: ...

class Edit(_message.Message):
    __slots__ = ("target", "body")
    TARGET_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    target: Target
    body: str
    def __init__(self, target: _Optional[_Union[Target, _Mapping]] = ..., body: _Optional[str] = ...) -> None: ...

class Deletion(_message.Message):
    __slots__ = ("target",)
    TARGET_FIELD_NUMBER: _ClassVar[int]
    target: Target
    def __init__(self, target: _Optional[_Union[Target, _Mapping]] = ...) -> None: ...

class Quote(_message.Message):
    __slots__ = ("wire_id", "sender", "body")
    WIRE_ID_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    wire_id: str
    sender: str
    body: str
    def __init__(self, wire_id: _Optional[str] = ..., sender: _Optional[str] = ..., body: _Optional[str] = ...) -> None: ...

class MarkRead(_message.Message):
    __slots__ = ("chat", "sender", "wire_ids", "played")
    CHAT_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    WIRE_IDS_FIELD_NUMBER: _ClassVar[int]
    PLAYED_FIELD_NUMBER: _ClassVar[int]
    chat: str
    sender: str
    wire_ids: _containers.RepeatedScalarFieldContainer[str]
    played: bool
    def __init__(self, chat: _Optional[str] = ..., sender: _Optional[str] = ..., wire_ids: _Optional[_Iterable[str]] = ..., played: _Optional[bool] = ...) -> None: ...

class Typing(_message.Message):
    __slots__ = ("chat", "state")
    CHAT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    chat: str
    state: str
    def __init__(self, chat: _Optional[str] = ..., state: _Optional[str] = ...) -> None: ...

class CheckNumbers(_message.Message):
    __slots__ = ("phones",)
    PHONES_FIELD_NUMBER: _ClassVar[int]
    phones: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, phones: _Optional[_Iterable[str]] = ...) -> None: ...

class FetchMedia(_message.Message):
    __slots__ = ("ref", "chat", "sender", "wire_id", "from_me")
    REF_FIELD_NUMBER: _ClassVar[int]
    CHAT_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    WIRE_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_ME_FIELD_NUMBER: _ClassVar[int]
    ref: bytes
    chat: str
    sender: str
    wire_id: str
    from_me: bool
    def __init__(self, ref: _Optional[bytes] = ..., chat: _Optional[str] = ..., sender: _Optional[str] = ..., wire_id: _Optional[str] = ..., from_me: _Optional[bool] = ...) -> None: ...

class FetchHistory(_message.Message):
    __slots__ = ("ref",)
    REF_FIELD_NUMBER: _ClassVar[int]
    ref: bytes
    def __init__(self, ref: _Optional[bytes] = ...) -> None: ...

class RequestHistory(_message.Message):
    __slots__ = ("chat", "wire_id", "from_me", "at", "count")
    CHAT_FIELD_NUMBER: _ClassVar[int]
    WIRE_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_ME_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    chat: str
    wire_id: str
    from_me: bool
    at: int
    count: int
    def __init__(self, chat: _Optional[str] = ..., wire_id: _Optional[str] = ..., from_me: _Optional[bool] = ..., at: _Optional[int] = ..., count: _Optional[int] = ...) -> None: ...

class LookUpGroup(_message.Message):
    __slots__ = ("chat",)
    CHAT_FIELD_NUMBER: _ClassVar[int]
    chat: str
    def __init__(self, chat: _Optional[str] = ...) -> None: ...

class FetchPicture(_message.Message):
    __slots__ = ("address",)
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    address: str
    def __init__(self, address: _Optional[str] = ...) -> None: ...

class KeepChat(_message.Message):
    __slots__ = ("chat", "wire_id", "from_me", "sender", "at", "pinned", "archived", "muted_until", "unread")
    CHAT_FIELD_NUMBER: _ClassVar[int]
    WIRE_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_ME_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    PINNED_FIELD_NUMBER: _ClassVar[int]
    ARCHIVED_FIELD_NUMBER: _ClassVar[int]
    MUTED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    UNREAD_FIELD_NUMBER: _ClassVar[int]
    chat: str
    wire_id: str
    from_me: bool
    sender: str
    at: int
    pinned: bool
    archived: bool
    muted_until: int
    unread: bool
    def __init__(self, chat: _Optional[str] = ..., wire_id: _Optional[str] = ..., from_me: _Optional[bool] = ..., sender: _Optional[str] = ..., at: _Optional[int] = ..., pinned: _Optional[bool] = ..., archived: _Optional[bool] = ..., muted_until: _Optional[int] = ..., unread: _Optional[bool] = ...) -> None: ...

class Acknowledge(_message.Message):
    __slots__ = ("seqs",)
    SEQS_FIELD_NUMBER: _ClassVar[int]
    seqs: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, seqs: _Optional[_Iterable[int]] = ...) -> None: ...

class Response(_message.Message):
    __slots__ = ("id", "code", "detail", "send", "numbers", "file", "counters", "identity", "group", "picture")
    ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    SEND_FIELD_NUMBER: _ClassVar[int]
    NUMBERS_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    COUNTERS_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    PICTURE_FIELD_NUMBER: _ClassVar[int]
    id: int
    code: str
    detail: str
    send: SendResult
    numbers: Numbers
    file: File
    counters: CounterValues
    identity: Identity
    group: GroupFacts
    picture: Picture
    def __init__(self, id: _Optional[int] = ..., code: _Optional[str] = ..., detail: _Optional[str] = ..., send: _Optional[_Union[SendResult, _Mapping]] = ..., numbers: _Optional[_Union[Numbers, _Mapping]] = ..., file: _Optional[_Union[File, _Mapping]] = ..., counters: _Optional[_Union[CounterValues, _Mapping]] = ..., identity: _Optional[_Union[Identity, _Mapping]] = ..., group: _Optional[_Union[GroupFacts, _Mapping]] = ..., picture: _Optional[_Union[Picture, _Mapping]] = ...) -> None: ...

class SendResult(_message.Message):
    __slots__ = ("outcome", "code", "at", "server_code")
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    SERVER_CODE_FIELD_NUMBER: _ClassVar[int]
    outcome: str
    code: str
    at: int
    server_code: str
    def __init__(self, outcome: _Optional[str] = ..., code: _Optional[str] = ..., at: _Optional[int] = ..., server_code: _Optional[str] = ...) -> None: ...

class Numbers(_message.Message):
    __slots__ = ("found",)
    FOUND_FIELD_NUMBER: _ClassVar[int]
    found: _containers.RepeatedCompositeFieldContainer[Number]
    def __init__(self, found: _Optional[_Iterable[_Union[Number, _Mapping]]] = ...) -> None: ...

class Number(_message.Message):
    __slots__ = ("phone", "on_whatsapp", "lid")
    PHONE_FIELD_NUMBER: _ClassVar[int]
    ON_WHATSAPP_FIELD_NUMBER: _ClassVar[int]
    LID_FIELD_NUMBER: _ClassVar[int]
    phone: str
    on_whatsapp: bool
    lid: str
    def __init__(self, phone: _Optional[str] = ..., on_whatsapp: _Optional[bool] = ..., lid: _Optional[str] = ...) -> None: ...

class File(_message.Message):
    __slots__ = ("path", "size")
    PATH_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    path: str
    size: int
    def __init__(self, path: _Optional[str] = ..., size: _Optional[int] = ...) -> None: ...

class GroupFacts(_message.Message):
    __slots__ = ("subject", "members", "admins_write", "aliases")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    MEMBERS_FIELD_NUMBER: _ClassVar[int]
    ADMINS_WRITE_FIELD_NUMBER: _ClassVar[int]
    ALIASES_FIELD_NUMBER: _ClassVar[int]
    subject: str
    members: _containers.RepeatedCompositeFieldContainer[Member]
    admins_write: bool
    aliases: _containers.RepeatedCompositeFieldContainer[Alias]
    def __init__(self, subject: _Optional[str] = ..., members: _Optional[_Iterable[_Union[Member, _Mapping]]] = ..., admins_write: _Optional[bool] = ..., aliases: _Optional[_Iterable[_Union[Alias, _Mapping]]] = ...) -> None: ...

class Member(_message.Message):
    __slots__ = ("address", "name", "role")
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    address: str
    name: str
    role: str
    def __init__(self, address: _Optional[str] = ..., name: _Optional[str] = ..., role: _Optional[str] = ...) -> None: ...

class Picture(_message.Message):
    __slots__ = ("jpeg",)
    JPEG_FIELD_NUMBER: _ClassVar[int]
    jpeg: bytes
    def __init__(self, jpeg: _Optional[bytes] = ...) -> None: ...

class CounterValues(_message.Message):
    __slots__ = ("rss_bytes", "heap_bytes", "goroutines", "devices", "online", "unacknowledged", "by_device")
    RSS_BYTES_FIELD_NUMBER: _ClassVar[int]
    HEAP_BYTES_FIELD_NUMBER: _ClassVar[int]
    GOROUTINES_FIELD_NUMBER: _ClassVar[int]
    DEVICES_FIELD_NUMBER: _ClassVar[int]
    ONLINE_FIELD_NUMBER: _ClassVar[int]
    UNACKNOWLEDGED_FIELD_NUMBER: _ClassVar[int]
    BY_DEVICE_FIELD_NUMBER: _ClassVar[int]
    rss_bytes: int
    heap_bytes: int
    goroutines: int
    devices: int
    online: int
    unacknowledged: int
    by_device: _containers.RepeatedCompositeFieldContainer[DeviceCounters]
    def __init__(self, rss_bytes: _Optional[int] = ..., heap_bytes: _Optional[int] = ..., goroutines: _Optional[int] = ..., devices: _Optional[int] = ..., online: _Optional[int] = ..., unacknowledged: _Optional[int] = ..., by_device: _Optional[_Iterable[_Union[DeviceCounters, _Mapping]]] = ...) -> None: ...

class DeviceCounters(_message.Message):
    __slots__ = ("device", "sent", "received", "redelivered", "undecryptable", "reconnects")
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    SENT_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_FIELD_NUMBER: _ClassVar[int]
    REDELIVERED_FIELD_NUMBER: _ClassVar[int]
    UNDECRYPTABLE_FIELD_NUMBER: _ClassVar[int]
    RECONNECTS_FIELD_NUMBER: _ClassVar[int]
    device: Device
    sent: int
    received: int
    redelivered: int
    undecryptable: int
    reconnects: int
    def __init__(self, device: _Optional[_Union[Device, _Mapping]] = ..., sent: _Optional[int] = ..., received: _Optional[int] = ..., redelivered: _Optional[int] = ..., undecryptable: _Optional[int] = ..., reconnects: _Optional[int] = ...) -> None: ...

class Identity(_message.Message):
    __slots__ = ("phone", "lid", "push_name", "platform", "jid")
    PHONE_FIELD_NUMBER: _ClassVar[int]
    LID_FIELD_NUMBER: _ClassVar[int]
    PUSH_NAME_FIELD_NUMBER: _ClassVar[int]
    PLATFORM_FIELD_NUMBER: _ClassVar[int]
    JID_FIELD_NUMBER: _ClassVar[int]
    phone: str
    lid: str
    push_name: str
    platform: str
    jid: str
    def __init__(self, phone: _Optional[str] = ..., lid: _Optional[str] = ..., push_name: _Optional[str] = ..., platform: _Optional[str] = ..., jid: _Optional[str] = ...) -> None: ...

class Event(_message.Message):
    __slots__ = ("seq", "device", "request_id", "link_step", "state", "message", "receipt", "history", "typing", "alias", "push_name", "chat_told")
    SEQ_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LINK_STEP_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    RECEIPT_FIELD_NUMBER: _ClassVar[int]
    HISTORY_FIELD_NUMBER: _ClassVar[int]
    TYPING_FIELD_NUMBER: _ClassVar[int]
    ALIAS_FIELD_NUMBER: _ClassVar[int]
    PUSH_NAME_FIELD_NUMBER: _ClassVar[int]
    CHAT_TOLD_FIELD_NUMBER: _ClassVar[int]
    seq: int
    device: Device
    request_id: int
    link_step: LinkStep
    state: State
    message: Incoming
    receipt: Receipt
    history: HistoryOffered
    typing: ChatPresence
    alias: Alias
    push_name: PushName
    chat_told: ChatTold
    def __init__(self, seq: _Optional[int] = ..., device: _Optional[_Union[Device, _Mapping]] = ..., request_id: _Optional[int] = ..., link_step: _Optional[_Union[LinkStep, _Mapping]] = ..., state: _Optional[_Union[State, _Mapping]] = ..., message: _Optional[_Union[Incoming, _Mapping]] = ..., receipt: _Optional[_Union[Receipt, _Mapping]] = ..., history: _Optional[_Union[HistoryOffered, _Mapping]] = ..., typing: _Optional[_Union[ChatPresence, _Mapping]] = ..., alias: _Optional[_Union[Alias, _Mapping]] = ..., push_name: _Optional[_Union[PushName, _Mapping]] = ..., chat_told: _Optional[_Union[ChatTold, _Mapping]] = ...) -> None: ...

class LinkStep(_message.Message):
    __slots__ = ("kind", "text", "expires_at")
    KIND_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    EXPIRES_AT_FIELD_NUMBER: _ClassVar[int]
    kind: str
    text: str
    expires_at: int
    def __init__(self, kind: _Optional[str] = ..., text: _Optional[str] = ..., expires_at: _Optional[int] = ...) -> None: ...

class State(_message.Message):
    __slots__ = ("state", "cause", "until")
    STATE_FIELD_NUMBER: _ClassVar[int]
    CAUSE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    state: str
    cause: str
    until: int
    def __init__(self, state: _Optional[str] = ..., cause: _Optional[str] = ..., until: _Optional[int] = ...) -> None: ...

class Incoming(_message.Message):
    __slots__ = ("chat", "sender", "wire_id", "at", "from_me", "offline", "sender_name", "kind", "body", "media", "quote", "target", "place", "cards", "options", "raw", "aliases", "once", "notice")
    CHAT_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    WIRE_ID_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    FROM_ME_FIELD_NUMBER: _ClassVar[int]
    OFFLINE_FIELD_NUMBER: _ClassVar[int]
    SENDER_NAME_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    BODY_FIELD_NUMBER: _ClassVar[int]
    MEDIA_FIELD_NUMBER: _ClassVar[int]
    QUOTE_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    PLACE_FIELD_NUMBER: _ClassVar[int]
    CARDS_FIELD_NUMBER: _ClassVar[int]
    OPTIONS_FIELD_NUMBER: _ClassVar[int]
    RAW_FIELD_NUMBER: _ClassVar[int]
    ALIASES_FIELD_NUMBER: _ClassVar[int]
    ONCE_FIELD_NUMBER: _ClassVar[int]
    NOTICE_FIELD_NUMBER: _ClassVar[int]
    chat: str
    sender: str
    wire_id: str
    at: int
    from_me: bool
    offline: bool
    sender_name: str
    kind: str
    body: str
    media: MediaFacts
    quote: Quote
    target: Target
    place: Place
    cards: _containers.RepeatedCompositeFieldContainer[Card]
    options: _containers.RepeatedScalarFieldContainer[str]
    raw: bytes
    aliases: _containers.RepeatedCompositeFieldContainer[Alias]
    once: bool
    notice: Notice
    def __init__(self, chat: _Optional[str] = ..., sender: _Optional[str] = ..., wire_id: _Optional[str] = ..., at: _Optional[int] = ..., from_me: _Optional[bool] = ..., offline: _Optional[bool] = ..., sender_name: _Optional[str] = ..., kind: _Optional[str] = ..., body: _Optional[str] = ..., media: _Optional[_Union[MediaFacts, _Mapping]] = ..., quote: _Optional[_Union[Quote, _Mapping]] = ..., target: _Optional[_Union[Target, _Mapping]] = ..., place: _Optional[_Union[Place, _Mapping]] = ..., cards: _Optional[_Iterable[_Union[Card, _Mapping]]] = ..., options: _Optional[_Iterable[str]] = ..., raw: _Optional[bytes] = ..., aliases: _Optional[_Iterable[_Union[Alias, _Mapping]]] = ..., once: _Optional[bool] = ..., notice: _Optional[_Union[Notice, _Mapping]] = ...) -> None: ...

class Notice(_message.Message):
    __slots__ = ("code", "by", "people", "words")
    CODE_FIELD_NUMBER: _ClassVar[int]
    BY_FIELD_NUMBER: _ClassVar[int]
    PEOPLE_FIELD_NUMBER: _ClassVar[int]
    WORDS_FIELD_NUMBER: _ClassVar[int]
    code: str
    by: str
    people: _containers.RepeatedScalarFieldContainer[str]
    words: str
    def __init__(self, code: _Optional[str] = ..., by: _Optional[str] = ..., people: _Optional[_Iterable[str]] = ..., words: _Optional[str] = ...) -> None: ...

class MediaFacts(_message.Message):
    __slots__ = ("ref", "mime", "size", "width", "height", "seconds", "file_name", "thumbnail", "sha256", "waveform")
    REF_FIELD_NUMBER: _ClassVar[int]
    MIME_FIELD_NUMBER: _ClassVar[int]
    SIZE_FIELD_NUMBER: _ClassVar[int]
    WIDTH_FIELD_NUMBER: _ClassVar[int]
    HEIGHT_FIELD_NUMBER: _ClassVar[int]
    SECONDS_FIELD_NUMBER: _ClassVar[int]
    FILE_NAME_FIELD_NUMBER: _ClassVar[int]
    THUMBNAIL_FIELD_NUMBER: _ClassVar[int]
    SHA256_FIELD_NUMBER: _ClassVar[int]
    WAVEFORM_FIELD_NUMBER: _ClassVar[int]
    ref: bytes
    mime: str
    size: int
    width: int
    height: int
    seconds: int
    file_name: str
    thumbnail: bytes
    sha256: bytes
    waveform: bytes
    def __init__(self, ref: _Optional[bytes] = ..., mime: _Optional[str] = ..., size: _Optional[int] = ..., width: _Optional[int] = ..., height: _Optional[int] = ..., seconds: _Optional[int] = ..., file_name: _Optional[str] = ..., thumbnail: _Optional[bytes] = ..., sha256: _Optional[bytes] = ..., waveform: _Optional[bytes] = ...) -> None: ...

class Place(_message.Message):
    __slots__ = ("latitude", "longitude", "name", "live")
    LATITUDE_FIELD_NUMBER: _ClassVar[int]
    LONGITUDE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    LIVE_FIELD_NUMBER: _ClassVar[int]
    latitude: float
    longitude: float
    name: str
    live: bool
    def __init__(self, latitude: _Optional[float] = ..., longitude: _Optional[float] = ..., name: _Optional[str] = ..., live: _Optional[bool] = ...) -> None: ...

class Card(_message.Message):
    __slots__ = ("name", "vcard")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VCARD_FIELD_NUMBER: _ClassVar[int]
    name: str
    vcard: str
    def __init__(self, name: _Optional[str] = ..., vcard: _Optional[str] = ...) -> None: ...

class Alias(_message.Message):
    __slots__ = ("phone", "lid")
    PHONE_FIELD_NUMBER: _ClassVar[int]
    LID_FIELD_NUMBER: _ClassVar[int]
    phone: str
    lid: str
    def __init__(self, phone: _Optional[str] = ..., lid: _Optional[str] = ...) -> None: ...

class Receipt(_message.Message):
    __slots__ = ("chat", "sender", "wire_ids", "kind", "at", "by_me")
    CHAT_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    WIRE_IDS_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    AT_FIELD_NUMBER: _ClassVar[int]
    BY_ME_FIELD_NUMBER: _ClassVar[int]
    chat: str
    sender: str
    wire_ids: _containers.RepeatedScalarFieldContainer[str]
    kind: str
    at: int
    by_me: bool
    def __init__(self, chat: _Optional[str] = ..., sender: _Optional[str] = ..., wire_ids: _Optional[_Iterable[str]] = ..., kind: _Optional[str] = ..., at: _Optional[int] = ..., by_me: _Optional[bool] = ...) -> None: ...

class HistoryOffered(_message.Message):
    __slots__ = ("ref", "kind", "chunk", "progress")
    REF_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CHUNK_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    ref: bytes
    kind: str
    chunk: int
    progress: int
    def __init__(self, ref: _Optional[bytes] = ..., kind: _Optional[str] = ..., chunk: _Optional[int] = ..., progress: _Optional[int] = ...) -> None: ...

class HistoryChunk(_message.Message):
    __slots__ = ("messages", "chats")
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    CHATS_FIELD_NUMBER: _ClassVar[int]
    messages: _containers.RepeatedCompositeFieldContainer[Incoming]
    chats: _containers.RepeatedCompositeFieldContainer[HistoryChat]
    def __init__(self, messages: _Optional[_Iterable[_Union[Incoming, _Mapping]]] = ..., chats: _Optional[_Iterable[_Union[HistoryChat, _Mapping]]] = ...) -> None: ...

class HistoryChat(_message.Message):
    __slots__ = ("chat", "name", "unread", "archived", "pinned", "muted_until", "lid")
    CHAT_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    UNREAD_FIELD_NUMBER: _ClassVar[int]
    ARCHIVED_FIELD_NUMBER: _ClassVar[int]
    PINNED_FIELD_NUMBER: _ClassVar[int]
    MUTED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    LID_FIELD_NUMBER: _ClassVar[int]
    chat: str
    name: str
    unread: int
    archived: bool
    pinned: bool
    muted_until: int
    lid: str
    def __init__(self, chat: _Optional[str] = ..., name: _Optional[str] = ..., unread: _Optional[int] = ..., archived: _Optional[bool] = ..., pinned: _Optional[bool] = ..., muted_until: _Optional[int] = ..., lid: _Optional[str] = ...) -> None: ...

class ChatPresence(_message.Message):
    __slots__ = ("chat", "sender", "state")
    CHAT_FIELD_NUMBER: _ClassVar[int]
    SENDER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    chat: str
    sender: str
    state: str
    def __init__(self, chat: _Optional[str] = ..., sender: _Optional[str] = ..., state: _Optional[str] = ...) -> None: ...

class ChatTold(_message.Message):
    __slots__ = ("chat", "pinned", "archived", "muted_until", "unread", "name", "picture_changed")
    CHAT_FIELD_NUMBER: _ClassVar[int]
    PINNED_FIELD_NUMBER: _ClassVar[int]
    ARCHIVED_FIELD_NUMBER: _ClassVar[int]
    MUTED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    UNREAD_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    PICTURE_CHANGED_FIELD_NUMBER: _ClassVar[int]
    chat: str
    pinned: bool
    archived: bool
    muted_until: int
    unread: bool
    name: str
    picture_changed: bool
    def __init__(self, chat: _Optional[str] = ..., pinned: _Optional[bool] = ..., archived: _Optional[bool] = ..., muted_until: _Optional[int] = ..., unread: _Optional[bool] = ..., name: _Optional[str] = ..., picture_changed: _Optional[bool] = ...) -> None: ...

class PushName(_message.Message):
    __slots__ = ("name",)
    NAME_FIELD_NUMBER: _ClassVar[int]
    name: str
    def __init__(self, name: _Optional[str] = ...) -> None: ...
