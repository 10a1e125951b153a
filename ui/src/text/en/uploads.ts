/** Words of files on their way to the server. */
export const uploads = {
  "upload.sending": "Sending {name}",
  "upload.waiting": "The server does not answer. {name} goes on by itself.",
  "upload.paused": "Paused: {name}",
  "upload.reading": "Reading {name}",
  "upload.sent": "{sent} of {size}",
  "upload.pause": "Pause",
  "upload.goOn": "Continue",
  "upload.cut": "{part} of {name} is here",
  "upload.cutHint": "Choose the same file again, and it goes on from there. It is kept for two days.",

  "problem.upload_at_another_offset": "Part of this file is here already. Choose it again to go on.",
  "problem.upload_too_long": "This file has grown while it was sent. Choose it again.",
  "problem.upload_unfinished": "This file is not all here yet. Choose it again to go on.",
  "problem.upload_differs":
    "What arrived is not the file that was sent; it may have changed meanwhile. Choose it again.",
} as const;
