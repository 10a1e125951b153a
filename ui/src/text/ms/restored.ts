import type { restored as en } from "../en/restored";
import type { Translation } from "../message";

export const restored: Translation<typeof en> = {
  "restored.title": "Selepas pemulihan",
  "restored.from":
    "Seperti dalam sandaran {time}. Mungkin ada lagi yang dihantar selepas itu: tiada apa di sini disambung sendiri.",
  "restored.never": "Tiada sandaran dipulihkan di sini",
  "restored.neverHint": "Selepas pemulihan, halaman ini menyenaraikan apa yang menunggu keputusan seseorang.",
  "restored.closedBy": "{name} telah melihat semuanya, {time}. Yang dibiarkan masih ditahan.",
  "restored.close": "Saya sudah melihat semuanya",
  "restored.closeTitle": "Sudahkah anda melihat semuanya?",
  "restored.closeNothing": "Tiada apa lagi menunggu. Makluman pada setiap halaman akan hilang.",
  "restored.closeLeft": "{count} perkara tinggal dan kekal ditahan. Makluman pada setiap halaman akan hilang.",
  "restored.closed": "Dicatat. Log audit menyimpan nama anda dan waktunya.",
  "restored.more": "Tunjukkan lagi",
  "restored.chat": "Buka sembang",
  "restored.campaign": "Buka kempen",

  "restored.campaigns": "Kempen",
  "restored.campaignsHint":
    "Yang sedang berjalan dijeda, yang belum bermula menjadi draf semula. Sambung menghantar kepada semua yang menunggu; sesiapa yang sudah menerimanya selepas sandaran menerimanya dua kali. Batal tidak menghantar kepada sesiapa.",
  "restored.campaignsNone": "Tiada kempen ditahan.",
  "restored.waiting": "{count} orang menunggu",
  "restored.wasFor": "Ia sepatutnya bermula {time}.",
  "restored.resumeHint":
    "{count} mesej akan dihantar. Sesiapa yang sudah menerimanya selepas sandaran dibuat menerimanya dua kali.",

  "restored.notSent": "Mesej tulisan sendiri yang tidak dihantar",
  "restored.notSentHint":
    "Semuanya menunggu ketika sandaran dibuat. Lihat sembangnya pada telefon dahulu: mungkin sudah dihantar selepas itu. Yang dibiarkan kekal dalam sembangnya, bertanda tidak dihantar.",
  "restored.notSentNone": "Tiada mesej tulisan sendiri yang tinggal.",
  "restored.noWords": "Fail tanpa kata-kata",
  "restored.to": "Kepada {name}, daripada {device}",
  "restored.writtenBy": "Ditulis oleh {name}, {time}",
  "restored.written": "Ditulis {time}",
  "restored.again": "Hantar semula",
  "restored.againTitle": "Hantar kepada {name} sekarang?",
  "restored.againHint": "Jika ia sudah dihantar selepas sandaran dibuat, mereka mungkin menerimanya dua kali.",
  "restored.againDone": "Mesej dalam perjalanan.",

  "restored.unknown": "Mesej yang tidak diketahui nasibnya",
  "restored.unknownHint":
    "Semuanya sedang dihantar ketika sandaran dibuat. Tidak akan dihantar kali kedua; resit daripada WhatsApp masih menentukan, dan sehingga itu tiada apa perlu dibuat.",
  "restored.unknownNone": "Semua mesej sudah diketahui nasibnya.",
  "restored.handedOut": "Mula dihantar {time}",
  "restored.ofCampaign": "Kempen “{name}”",
  "restored.unknownOpen": "Menunggu resit",
  "restored.unknownFinal": "Tidak akan diketahui: tiada resit tiba",

  "restored.devices": "Nombor",
  "restored.devicesHint":
    "Semuanya dihentikan. Nombor yang dipautkan bersambung dengan kunci pada hari sandaran: jika mesej kekal tidak terbaca, pautkan semula.",
  "restored.devicesNone": "Tiada nombor dihentikan.",
  "restored.startTitle": "Mulakan {name}?",
  "restored.startHint":
    "Ia bersambung dan menerima. Apa yang ditulis sendiri akan dihantar; kempen menunggu sehingga anda menyambungnya.",
  "restored.startLinked":
    "Ia bersambung dengan kunci pada hari sandaran dan menerima. Jika mesej kekal tidak terbaca, pautkan semula.",
  "restored.startAllTitle": "Mulakan {count} nombor?",
  "restored.startAllHint":
    "Semuanya bersambung dan menerima, yang dipautkan dengan kunci pada hari sandaran. Kempen menunggu sehingga anda menyambungnya.",
};
