// Frames against RFC 6455: the examples of §5.7, and one test for each rule that a frame can break.
#include "net/frame.hpp"

#include <doctest/doctest.h>

#include "net/client.hpp"

using namespace circled::net;
using circled::test::masked;
using Kind = FrameReader::Kind;

namespace {
std::string bytes(std::initializer_list<unsigned> values) {
  std::string text;
  for (unsigned v : values) text += static_cast<char>(v);
  return text;
}

FrameReader::Event read(std::string_view input, std::size_t limit = 64 * 1024) {
  FrameReader reader(limit);
  return reader.next(input);
}

// The code with which `input` is refused; 0 when it is not.
unsigned refused(std::string_view input, std::size_t limit = 64 * 1024) {
  FrameReader reader(limit);
  for (;;) {
    const auto event = reader.next(input);
    if (event.kind == Kind::broken) return event.code;
    if (event.kind == Kind::nothing) return 0;
  }
}
}  // namespace

TEST_CASE("the RFC's masked text frame is read, whole and byte by byte") {
  const std::string hello = bytes({0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58});
  const auto event = read(hello);
  CHECK(event.kind == Kind::text);
  CHECK(event.payload == "Hello");

  FrameReader reader(100);
  for (std::size_t i = 0; i + 1 < hello.size(); ++i) {
    std::string_view one = std::string_view(hello).substr(i, 1);
    CHECK(reader.next(one).kind == Kind::nothing);
  }
  std::string_view last = std::string_view(hello).substr(hello.size() - 1);
  CHECK(reader.next(last).payload == "Hello");
}

TEST_CASE("headers are written in the shortest form") {
  CHECK(FrameHeader(Opcode::text, 5).view() == bytes({0x81, 0x05}));
  CHECK(FrameHeader(Opcode::text, 125).view() == bytes({0x81, 125}));
  CHECK(FrameHeader(Opcode::text, 126).view() == bytes({0x81, 126, 0, 126}));
  CHECK(FrameHeader(Opcode::text, 65535).view() == bytes({0x81, 126, 0xff, 0xff}));
  CHECK(FrameHeader(Opcode::text, 65536).view() == bytes({0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0}));
}

TEST_CASE("fragments make one message, with a ping between them") {
  FrameReader reader(100);
  const std::string text = masked(0x01, "Hel") + masked(0x89, "?") + masked(0x80, "lo");
  std::string_view input = text;
  const auto ping = reader.next(input);
  CHECK(ping.kind == Kind::ping);
  CHECK(ping.payload == "?");
  const auto message = reader.next(input);
  CHECK(message.kind == Kind::text);
  CHECK(message.payload == "Hello");
  CHECK(input.empty());
}

TEST_CASE("empty messages and empty pings are whole as soon as their header is there") {
  CHECK(read(masked(0x81, "")).kind == Kind::text);
  CHECK(read(masked(0x89, "")).kind == Kind::ping);
  CHECK(read(masked(0x8a, "x")).kind == Kind::pong);
}

TEST_CASE("what breaks the protocol is refused with 1002") {
  CHECK(refused(bytes({0x81, 0x02, 'h', 'i'})) == 1002);          // not masked
  CHECK(refused(masked(0xc1, "hi")) == 1002);                     // RSV1 without an extension
  CHECK(refused(masked(0x83, "hi")) == 1002);                     // a reserved opcode
  CHECK(refused(masked(0x8b, "")) == 1002);                       // a reserved control opcode
  CHECK(refused(masked(0x09, "")) == 1002);                       // a fragmented ping
  CHECK(refused(masked(0x89, std::string(126, 'x'))) == 1002);    // a long ping
  CHECK(refused(masked(0x80, "hi")) == 1002);                     // continues nothing
  CHECK(refused(masked(0x01, "a") + masked(0x81, "b")) == 1002);  // begins inside a message
  CHECK(refused(bytes({0x81, 0xfe, 0, 5, 1, 2, 3, 4})) == 1002);  // 5 in the 16-bit form
  CHECK(refused(bytes({0x81, 0xff, 0, 0, 0, 0, 0, 0, 0, 5, 1, 2, 3, 4})) == 1002);
  CHECK(refused(bytes({0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 5, 1, 2, 3, 4})) == 1002);  // bit 63
  CHECK(refused(masked(0x88, "x")) == 1002);                                           // half a close code
  for (unsigned code : {0u, 999u, 1004u, 1005u, 1006u, 1015u, 1016u, 2999u, 5000u}) {
    CHECK(refused(masked(0x88, bytes({code >> 8, code & 0xff}))) == 1002);
  }
}

TEST_CASE("binary is 1003, bad text 1007, too much 1009") {
  CHECK(refused(masked(0x82, "hi")) == 1003);
  CHECK(refused(masked(0x81, "\xff")) == 1007);
  CHECK(refused(masked(0x01, "\xe2\x82") + masked(0x80, "\x28")) == 1007);  // broken across fragments
  CHECK(refused(masked(0x88, "\x03\xe8\xff")) == 1007);                     // in a close reason
  CHECK(refused(masked(0x81, "12345"), 5) == 0);
  CHECK(refused(masked(0x81, "123456"), 5) == 1009);
  CHECK(refused(masked(0x01, "123") + masked(0x80, "456"), 5) == 1009);
  // Refused by its header alone: 2^62 bytes are not waited for.
  CHECK(refused(bytes({0x81, 0xff, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4})) == 1009);
}

TEST_CASE("a character may be cut by a fragment") {
  const auto event = [&] {
    FrameReader reader(100);
    const std::string text = masked(0x01, "\xe2\x82") + masked(0x80, "\xac");
    std::string_view input = text;
    return reader.next(input);
  }();
  CHECK(event.kind == Kind::text);
  CHECK(event.payload == "\xe2\x82\xac");
}

TEST_CASE("a close frame gives its code; without one it is a normal close") {
  CHECK(read(masked(0x88, "")).code == 1000);
  CHECK(read(masked(0x88, bytes({0x03, 0xe9}))).code == 1001);
  CHECK(read(masked(0x88, bytes({0x0f, 0xa0}) + "bye")).code == 4000);
}

TEST_CASE("close frames carry code and reason, the reason cut between characters") {
  CHECK(close_frame(1001, "bye") == bytes({0x88, 5, 0x03, 0xe9}) + "bye");
  // 122 letters and a three-byte character make 125: one too many is left out entirely.
  const std::string cut = close_frame(1000, std::string(122, 'a') + "\xe2\x82\xac");
  CHECK(cut.size() == 2 + 2 + 122);
  CHECK(static_cast<unsigned char>(cut[1]) == 124);
}

TEST_CASE("UTF-8 is what RFC 3629 says") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"));
  CHECK(is_utf8("\xf4\x8f\xbf\xbf"));        // U+10FFFF
  CHECK_FALSE(is_utf8("\xf4\x90\x80\x80"));  // one more
  CHECK_FALSE(is_utf8("\xc0\xaf"));          // overlong "/"
  CHECK_FALSE(is_utf8("\xe0\x80\xaf"));      // the same in three
  CHECK_FALSE(is_utf8("\xf0\x80\x80\xaf"));  // and in four
  CHECK_FALSE(is_utf8("\xed\xa0\x80"));      // a surrogate
  CHECK_FALSE(is_utf8("\x80"));              // a tail alone
  CHECK_FALSE(is_utf8("\xe2\x82"));          // an end missing
  CHECK_FALSE(is_utf8("\xf5\x80\x80\x80"));
}
