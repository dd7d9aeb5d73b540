import { messages } from "../core/message.js";

/** Fields of work, as people call them. */
export const CATEGORY_MESSAGES = messages("category", {
  energy: { vi: "Điện năng", en: "Electricity" },
  solar: { vi: "Điện mặt trời", en: "Solar power" },
  battery: { vi: "Ắc quy, pin", en: "Batteries" },
  drive: { vi: "Biến tần", en: "Drives" },
  pump: { vi: "Máy bơm", en: "Pumps" },
  water: { vi: "Nước: mực nước, lưu lượng, chất lượng", en: "Water: level, flow, quality" },
  weather: { vi: "Thời tiết, mưa", en: "Weather, rain" },
  soil: { vi: "Đất, tưới", en: "Soil, irrigation" },
  air: { vi: "Không khí", en: "Air" },
  relay: { vi: "Rơ le, đóng cắt", en: "Relays" },
  lighting: { vi: "Chiếu sáng", en: "Lighting" },
  io: { vi: "Ngõ vào ra", en: "Inputs and outputs" },
  traffic: { vi: "Giao thông", en: "Traffic" },
  waste: { vi: "Rác thải", en: "Waste" },
  controller: { vi: "Bộ điều khiển, PLC", en: "Controllers" },
});
