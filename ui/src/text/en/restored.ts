/** Words of the screen that lists what waits for a person after a restore. */
export const restored = {
  "restored.title": "After the restore",
  "restored.from": "As of the backup of {time}. More may have been sent since: nothing of this goes on by itself.",
  "restored.never": "No backup was restored here",
  "restored.neverHint": "After a restore, this page lists what waits for somebody to decide.",
  "restored.closedBy": "{name} looked at everything, {time}. What was left is still held.",
  "restored.close": "I have looked at everything",
  "restored.closeTitle": "Have you looked at everything?",
  "restored.closeNothing": "Nothing waits any more. The notice on every page goes away.",
  "restored.closeLeft": {
    one: "{count} thing is left and stays held. The notice on every page goes away.",
    other: "{count} things are left and stay held. The notice on every page goes away.",
  },
  "restored.closed": "Noted. The audit log has your name and the time.",
  "restored.more": "Show more",
  "restored.chat": "Open the chat",
  "restored.campaign": "Open the campaign",

  "restored.campaigns": "Campaigns",
  "restored.campaignsHint":
    "Those that ran are paused, those that were to begin are drafts again. Resume sends to everybody who waits; whoever got the message after the backup gets it twice. Cancel sends to nobody.",
  "restored.campaignsNone": "No campaign is held.",
  "restored.waiting": { one: "{count} person waits", other: "{count} people wait" },
  "restored.wasFor": "It was to begin {time}.",
  "restored.resumeHint": {
    one: "{count} message will go out. Who got it after the backup was made gets it twice.",
    other: "{count} messages will go out. Who got theirs after the backup was made gets it twice.",
  },

  "restored.notSent": "Messages by hand that were not sent",
  "restored.notSentHint":
    "They waited when the backup was made. Look into the chat on the phone first: they may have been sent since. What you leave stays in its chat, marked as not sent.",
  "restored.notSentNone": "No message by hand is left.",
  "restored.noWords": "A file without words",
  "restored.to": "To {name}, from {device}",
  "restored.writtenBy": "Written by {name}, {time}",
  "restored.written": "Written {time}",
  "restored.again": "Send again",
  "restored.againTitle": "Send it to {name} now?",
  "restored.againHint": "If it was sent after the backup was made, they may get it twice.",
  "restored.againDone": "It is on its way.",

  "restored.unknown": "Messages of which nobody knows",
  "restored.unknownHint":
    "They were on their way when the backup was made. They are never sent a second time; a receipt from WhatsApp still decides, and until then there is nothing to do.",
  "restored.unknownNone": "Every message is accounted for.",
  "restored.handedOut": "Handed out {time}",
  "restored.ofCampaign": "Campaign “{name}”",
  "restored.unknownOpen": "Waits for a receipt",
  "restored.unknownFinal": "Never known: no receipt came",

  "restored.devices": "Devices",
  "restored.devicesHint":
    "They are stopped. A linked device goes on with the keys of the day of the backup: if messages stay unreadable, link it again.",
  "restored.devicesNone": "No device is stopped.",
  "restored.startTitle": "Start {name}?",
  "restored.startHint":
    "It connects and receives. What people write by hand goes out; campaigns wait until you resume them.",
  "restored.startLinked":
    "It connects with the keys of the day of the backup and receives. If messages stay unreadable, link it again.",
  "restored.startAllTitle": { one: "Start {count} device?", other: "Start {count} devices?" },
  "restored.startAllHint":
    "They connect and receive, linked ones with the keys of the day of the backup. Campaigns wait until you resume them.",
} as const;
