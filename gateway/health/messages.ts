import { messages } from "../../drivers/core/message.js";

export const HEALTH_MESSAGES = messages("health", {
  no_wire: {
    vi: "Số liệu về đường truyền được tính bên trong gateway, không có khung nào trên dây.",
    en: "Health points are counted inside the gateway: there are no frames on a wire.",
  },
});
