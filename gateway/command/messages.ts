import { messages } from "../../drivers/core/message.js";

export const COMMAND_MESSAGES = messages("command", {
  failed: {
    vi: "Yêu cầu {id} của trung tâm không thực hiện được: {problem}.",
    en: "The request {id} from the centre could not be carried out: {problem}.",
  },
  too_often: {
    vi: "Nơi nhận {uplink} gửi yêu cầu quá dày: {count} yêu cầu bị từ chối.",
    en: "The uplink {uplink} sends requests too often: {count} were refused.",
    hint: {
      vi: "Báo trung tâm dữ liệu: mỗi gateway nhận 60 yêu cầu mỗi phút.",
      en: "Tell the data centre: a gateway takes 60 requests a minute.",
    },
  },
});
