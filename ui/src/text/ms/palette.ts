import type { palette as en } from "../en/palette";
import type { Translation } from "../message";

export const palette: Translation<typeof en> = {
  "palette.field": "Taip halaman, nama, nombor atau apa yang anda mahu buat",
  "palette.entries": "Apa yang sepadan",
  "palette.nothing": "Tiada yang sepadan.",
  "palette.page": "Halaman",
  "palette.action": "Tindakan",
  "palette.chat": "Perbualan",
  "palette.lead": "Prospek",
  "palette.campaign": "Kempen",
  "palette.device": "Peranti",
  "palette.newCampaign": "Kempen baharu",
  "palette.newChat": "Sembang baharu dengan nombor",
  "palette.newLead": "Tambah prospek",
  "palette.import": "Import prospek",
};
