import { messages } from "../../drivers/core/message.js";

const CLOCK_HINT = {
  vi: "Chỉnh giờ trước (timedatectl set-ntp true), rồi kiểm tra lại.",
  en: "Set the clock first (timedatectl set-ntp true), then look again.",
} as const;
const ASK_CENTRE = {
  vi: "Báo người quản lý broker của trung tâm.",
  en: "Tell whoever runs the broker of the centre.",
} as const;

export const TLS_MESSAGES = messages("doctor", {
  tls_good: {
    vi: "{uplink}: {version}, chứng thư số của {names} do {issuer} cấp, hạn {until} ({ms} ms).",
    en: "{uplink}: {version}, certificate for {names} by {issuer}, until {until} ({ms} ms).",
  },
  tls_ends: {
    vi: "{uplink}: chứng thư số của broker hết hạn ngày {until} (còn {days} ngày).",
    en: "{uplink}: the broker's certificate ends on {until} (in {days} days).",
    hint: ASK_CENTRE,
  },
  tls_expired: {
    vi: "{uplink}: chứng thư số của broker đã hết hạn ngày {until}; hôm nay {now} theo đồng hồ đã đồng bộ.",
    en: "{uplink}: the broker's certificate ended on {until}; by the synchronised clock today is {now}.",
    hint: ASK_CENTRE,
  },
  tls_not_yet: {
    vi: "{uplink}: chứng thư số của broker chỉ có hiệu lực từ {from}; hôm nay {now} theo đồng hồ đã đồng bộ.",
    en: "{uplink}: the broker's certificate is valid from {from} only; by the synchronised clock today is {now}.",
    hint: ASK_CENTRE,
  },
  tls_dates_or_clock: {
    vi: "{uplink}: theo đồng hồ của máy ({now}, chưa đồng bộ) chứng thư số của broker ({from} đến {until}) không có hiệu lực.",
    en: "{uplink}: by this box's clock ({now}, not synchronised) the broker's certificate ({from} to {until}) is not valid.",
    hint: CLOCK_HINT,
  },
  tls_unknown_authority: {
    vi: "{uplink}: không có trong máy đơn vị đã cấp chứng thư số của broker ({issuer}; {code}).",
    en: "{uplink}: this box does not know the authority of the broker's certificate ({issuer}; {code}).",
    hint: {
      vi: "Xin trung tâm tệp CA, chép vào máy và đặt tls: {ca: ca.pem} cho uplink.",
      en: "Get the CA file from the centre, copy it here and set tls: {ca: ca.pem} for the uplink.",
    },
  },
  tls_other_authority: {
    vi: "{uplink}: chứng thư số của broker ({issuer}) không do CA trong {ca} cấp ({code}).",
    en: "{uplink}: the broker's certificate (by {issuer}) is not of the CA in {ca} ({code}).",
    hint: {
      vi: "Xin trung tâm tệp CA mới. Nếu url đúng mà CA lạ, có thể có người đứng giữa: đừng bỏ kiểm tra.",
      en: "Get the new CA file from the centre. If the url is right and the CA is strange, somebody may sit between: do not turn the check off.",
    },
  },
  tls_other_name: {
    vi: "{uplink}: chứng thư số của broker là của {names}, không phải {host}.",
    en: "{uplink}: the broker's certificate is for {names}, not for {host}.",
    hint: {
      vi: "Dùng trong url đúng tên ghi trong chứng thư số, hoặc xin trung tâm cấp lại.",
      en: "Use in url the name that stands in the certificate, or have the centre issue another.",
    },
  },
  tls_silent: {
    vi: "{uplink}: {host}:{port} nhận kết nối nhưng không bắt tay TLS ({problem}).",
    en: "{uplink}: {host}:{port} takes the connection and never answers TLS ({problem}).",
    hint: {
      vi: "Broker bị treo, hoặc một thiết bị trên đường chặn TLS. Báo trung tâm.",
      en: "The broker hangs, or something on the way blocks TLS. Tell the centre.",
    },
  },
  tls_not_spoken: {
    vi: "{uplink}: {host}:{port} không nói TLS ({problem}).",
    en: "{uplink}: {host}:{port} does not speak TLS ({problem}).",
    hint: {
      vi: "Cổng này là MQTT không mã hóa: dùng cổng TLS của broker (thường 8883).",
      en: "The port is plain MQTT: use the broker's TLS port (mostly 8883).",
    },
  },
  tls_failed: {
    vi: "{uplink}: bắt tay TLS với {host}:{port} thất bại ({problem}).",
    en: "{uplink}: the TLS handshake with {host}:{port} failed ({problem}).",
    hint: {
      vi: "Xem nhật ký của broker; nếu broker đòi chứng thư số của gateway, đặt tls.cert và tls.key.",
      en: "See the broker's log; if it wants a certificate of the gateway, set tls.cert and tls.key.",
    },
  },
  tls_file: {
    vi: "{uplink}: không dùng được tệp TLS {file}: {problem}",
    en: "{uplink}: the TLS file {file} cannot be used: {problem}",
    hint: {
      vi: "Kiểm tra đường dẫn, quyền đọc và nội dung PEM.",
      en: "Check the path, the rights and that it is PEM.",
    },
  },
  tls_no_certificate: {
    vi: "{uplink}: trong {file} không có chứng thư số PEM nào.",
    en: "{uplink}: there is no PEM certificate in {file}.",
    hint: {
      vi: "Tệp phải có dòng -----BEGIN CERTIFICATE-----.",
      en: "The file must have a line -----BEGIN CERTIFICATE-----.",
    },
  },
  tls_key_of_another: {
    vi: "{uplink}: khóa {key} không đi với chứng thư số {cert}.",
    en: "{uplink}: the key {key} does not belong to the certificate {cert}.",
    hint: { vi: "Chép lại cả hai tệp của cùng một lần cấp.", en: "Copy both files of one issue again." },
  },
  own_certificate_ends: {
    vi: "{uplink}: chứng thư số {file} hết hạn ngày {date} (còn {days} ngày).",
    en: "{uplink}: the certificate {file} ends on {date} (in {days} days).",
    hint: {
      vi: "Xin trung tâm tệp mới và chép đè; không cần khởi động lại.",
      en: "Get a new file from the centre and copy it over; no restart is needed.",
    },
  },
  own_certificate_over: {
    vi: "{uplink}: chứng thư số {file} đã hết hạn ngày {date}.",
    en: "{uplink}: the certificate {file} ended on {date}.",
    hint: { vi: "Xin trung tâm tệp mới và chép đè.", en: "Get a new file from the centre and copy it over." },
  },
});
