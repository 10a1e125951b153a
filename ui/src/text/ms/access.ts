import type { access as en } from "../en/access";
import type { Translation } from "../message";

export const access: Translation<typeof en> = {
  "access.setUp": "Sediakan Hebah",
  "access.setUpHint": "Seminit sahaja, kemudian anda boleh pautkan nombor pertama.",
  "access.setUpInvalid": "Pautan persediaan ini tidak berfungsi",
  "access.setUpInvalidHint":
    "Ia sudah digunakan atau terlalu lama. Mulakan Hebah semula dengan “hebah up”: pautan baharu akan dipaparkan.",
  "access.setUpDone": "Hebah sudah disediakan",
  "access.setUpDoneHint": "Log masuk dengan e-mel dan kata laluan anda.",
  "access.you": "Anda, pemilik",
  "access.workspace": "Ruang kerja anda",
  "access.workspaceName": "Nama ruang kerja",
  "access.workspaceHint": "Biasanya nama kedai anda. Boleh diubah kemudian.",
  "access.zone": "Zon waktu",
  "access.zoneHint": "Semua waktu dan waktu senyap mengikut zon ini.",
  "access.language": "Bahasa",
  "access.name": "Nama anda",
  "access.email": "E-mel",
  "access.password": "Kata laluan",
  "access.passwordHint": "Sekurang-kurangnya 12 aksara. Ayat pendek mudah diingati.",
  "access.trySimulated": "Cuba dengan nombor simulasi",
  "access.trySimulatedHint":
    "Menambah telefon olok-olok dan orang yang membaca serta membalas, supaya anda boleh mencuba semuanya tanpa menyentuh nombor sebenar. Boleh dimatikan kemudian.",
  "access.start": "Mula guna Hebah",
  "access.signIn": "Log masuk",
  "access.signInTo": "Log masuk ke Hebah",
  "access.forgot":
    "Lupa kata laluan? Minta pautan log masuk daripada pemilik atau pentadbir, atau jalankan “hebah up” pada pelayan: pautan log masuk akan dipaparkan.",
  "access.needsSetUp": "Hebah belum disediakan",
  "access.needsSetUpHint":
    "Buka pautan yang dipaparkan di tempat Hebah dimulakan. Jika terlalu lama, mulakan Hebah semula.",
  "access.entering": "Sedang log masuk…",
  "access.enterFailed": "Pautan log masuk ini tidak berfungsi",
  "access.enterFailedHint":
    "Pautan log masuk hanya berfungsi sekali dan untuk masa yang singkat. Jalankan arahan semula untuk pautan baharu, atau log masuk dengan kata laluan.",
  "access.join": "Sertai pasukan",
  "access.joinHint": "Pilih nama dan kata laluan. E-mel anda ialah e-mel yang dijemput.",
  "access.joinButton": "Sertai",
  "access.code": "Kod",
  "access.codeHint": "Daripada aplikasi pengesah anda, atau kod pemulihan.",
  "access.codeAsked": "Masukkan kod yang dipaparkan oleh aplikasi pengesah anda.",
  "access.codeNext": "Teruskan",
  "access.reset": "Pilih kata laluan baharu",
  "access.resetHint": "Selepas itu anda dilog masuk di sini, dan dilog keluar di tempat lain.",
  "access.resetButton": "Tukar kata laluan",
  "problem.code_wrong": "Kod ini salah, atau sudah digunakan. Tunggu kod yang berikutnya.",
  "access.tagline": "Banyak nombor WhatsApp, satu tempat yang tenang.",
  "access.notAffiliated": "Hebah bukan buatan WhatsApp atau Meta.",
};
