import { messages } from "../../drivers/core/message.js";

export const LESSON_MESSAGES = messages("lesson", {
  help: {
    vi: `Gõ một lệnh rồi Enter:
  task              đọc lại đề bài
  hint              gợi ý tiếp theo
  actions           những việc có thể làm tại trạm
  do VIỆC           làm việc đó
  questions         các câu hỏi
  answer CÂU SỐ     trả lời: answer 1 3
  check             đã xong chưa?
  solution          xem lời giải (bài coi như bỏ)
  quit              kết thúc
Các lệnh tram khác (run, status, watch, read ...) chạy ở cửa sổ khác.`,
    en: `Type an order, then Enter:
  task              the task again
  hint              the next hint
  actions           what can be done on site
  do ACTION         does it
  questions         the questions
  answer QUESTION NUMBER  answers: answer 1 3
  check             is it solved?
  solution          shows the solution (gives the lesson up)
  quit              ends
Run the other verbs of tram (run, status, watch, read ...) in another terminal.`,
  },
  not_understood: {
    vi: "Không hiểu: {line}",
    en: "Not understood: {line}",
    hint: { vi: 'Gõ "help" để xem các lệnh.', en: 'Type "help" for the orders.' },
  },
  title: { vi: "Bài {number}: {text}", en: "Lesson {number}: {text}" },
  said: { vi: "{text}", en: "{text}" },
  hint: { vi: "Gợi ý {number}/{all}: {text}", en: "Hint {number}/{all}: {text}" },
  no_hint: { vi: "Không còn gợi ý nào.", en: "There are no more hints." },
  action: { vi: "  {id}: {text}", en: "  {id}: {text}" },
  no_actions: { vi: "Bài này không cần làm gì bằng tay.", en: "Nothing is done by hand in this lesson." },
  unknown_action: {
    vi: 'Không có việc "{id}".',
    en: 'There is no action "{id}".',
    hint: { vi: "Có: {known}.", en: "There are: {known}." },
  },
  done: { vi: "Đã làm: {text}", en: "Done: {text}" },
  question: { vi: "Câu {number}: {text}", en: "Question {number}: {text}" },
  choice: { vi: "  {number}. {text}", en: "  {number}. {text}" },
  no_questions: { vi: "Bài này không có câu hỏi.", en: "This lesson has no questions." },
  unknown_answer: {
    vi: "Trả lời bằng số câu và số lựa chọn.",
    en: "Answer with the number of the question and of the choice.",
    hint: { vi: "Ví dụ: answer 1 3.", en: "For example: answer 1 3." },
  },
  noted: { vi: "Đã ghi câu trả lời {number}: {choice}.", en: "Answer {number} is noted: {choice}." },
  goal_met: { vi: "  [x] {text}", en: "  [x] {text}" },
  goal_open: { vi: "  [ ] {text}", en: "  [ ] {text}" },
  answers_right: { vi: "trả lời đúng các câu hỏi", en: "the questions are answered rightly" },
  too_many_actions: {
    vi: "  [ ] làm tối đa {most} việc (đã làm {count}): phải tìm ra lỗi, không thay hết mọi thứ",
    en: "  [ ] at most {most} actions ({count} were taken): find the fault, do not exchange everything",
  },
  solved: { vi: "Đã giải xong. {text}", en: "Solved. {text}" },
  not_solved: { vi: "Chưa xong.", en: "Not solved yet." },
  lost: { vi: "Quá muộn: {text}", en: "Too late: {text}" },
  again: { vi: "Chạy lại bài để thử lần nữa.", en: "Start the lesson again for another try." },
  gave_up: { vi: "Lời giải: {solution}", en: "The solution: {solution}" },
  run_this: {
    vi: "Cấu hình gateway của bài: {file}. Ở cửa sổ khác: tram run {file}",
    en: "The gateway's configuration: {file}. In another terminal: tram run {file}",
  },
  help_first: { vi: 'Gõ "help" để xem các lệnh.', en: 'Type "help" for the orders.' },
  unknown_lesson: {
    vi: "Không có bài {number}.",
    en: "There is no lesson {number}.",
    hint: { vi: "Chạy tram simulate lesson để xem các bài.", en: "Run tram simulate lesson for the list." },
  },
  wrong_lesson: { vi: "Bài {file} có {errors} lỗi.", en: "The lesson {file} has {errors} errors." },
  one_kind: { vi: "Cần đúng một trong done, holds, answers.", en: "It wants one of done, holds, answers." },
  unknown_choice: { vi: "Không có lựa chọn {number}.", en: "There is no choice {number}." },
  unknown_name: {
    vi: '{file}: trạm không có "{name}".',
    en: '{file}: the site has no "{name}".',
  },
  list: {
    vi: "Các bài luyện tập (tram simulate lesson SỐ):",
    en: "Lessons (tram simulate lesson NUMBER):",
  },
  list_row: { vi: "  {number}  {text}", en: "  {number}  {text}" },
});
