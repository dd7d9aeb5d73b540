import { messages } from "./message.js";

export const CORE_MESSAGES = messages("core", {
  held_by_process: {
    vi: "{what} đang được tiến trình {pid} sử dụng.",
    en: "{what} is in use by process {pid}.",
    hint: {
      vi: "Dừng tiến trình đó (kill {pid}) rồi chạy lại.",
      en: "Stop that process (kill {pid}) and start again.",
    },
  },
});
