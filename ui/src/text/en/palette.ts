/** Words of the palette, which goes anywhere and does anything by a few letters. */
export const palette = {
  "palette.field": "Type a page, a name, a number or what you want to do",
  "palette.entries": "What fits",
  "palette.nothing": "Nothing fits.",
  "palette.page": "Page",
  "palette.action": "Action",
  "palette.chat": "Chat",
  "palette.lead": "Lead",
  "palette.campaign": "Campaign",
  "palette.device": "Device",
  "palette.newCampaign": "New campaign",
  "palette.newChat": "New chat by number",
  "palette.newLead": "Add a lead",
  "palette.import": "Import leads",
} as const;
