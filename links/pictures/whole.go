package pictures

import (
	"bytes"
	"encoding/binary"
)

// Whether a file reaches its own end is read from its frame alone. Unpacking the pixels would tell it too, at up to
// 400 MB for a file that anybody can make. What stands behind the end is not looked at.

// wholeJPEG walks the segments to the first scan and looks for the end of the image (FFD9) from there on: within
// a scan FF is always followed by 00 or a restart marker (ITU T.81, B.1.1.5).
func wholeJPEG(data []byte) bool {
	for i := 2; i+4 <= len(data) && data[i] == 0xff; {
		switch marker := data[i+1]; {
		case marker == 0xff: // a fill byte
			i++
		case marker == 0xda: // start of scan
			return bytes.Contains(data[i:], []byte{0xff, 0xd9})
		case marker == 0x01, marker >= 0xd0 && marker <= 0xd8: // alone, without a length
			i += 2
		default:
			i += 2 + int(binary.BigEndian.Uint16(data[i+2:]))
		}
	}
	return false
}

// wholePNG walks the chunks to IEND (https://www.w3.org/TR/png-3/#5Chunk-layout).
func wholePNG(data []byte) bool {
	const frame = 12 // length, type, checksum
	for rest := data[8:]; len(rest) >= frame; {
		length := int64(binary.BigEndian.Uint32(rest))
		if int64(len(rest))-frame < length {
			return false
		}
		if string(rest[4:8]) == "IEND" {
			return true
		}
		rest = rest[frame+length:]
	}
	return false
}

// wholeWebP compares the file with the size that its head tells
// (https://developers.google.com/speed/webp/docs/riff_container#webp_file_header).
func wholeWebP(data []byte) bool {
	return int64(len(data))-8 >= int64(binary.LittleEndian.Uint32(data[4:]))
}

// wholeGIF walks the blocks to the trailer (https://www.w3.org/Graphics/GIF/spec-gif89a.txt).
func wholeGIF(data []byte) bool {
	const screen, descriptor = 13, 10
	if len(data) < screen {
		return false
	}
	i := screen + colorTable(data[10])
	for i < len(data) {
		switch data[i] {
		case ';':
			return true
		case '!': // an extension: its label, then sub-blocks
			i += 2
		case ',': // an image: its descriptor, its colours, the width of its codes, then sub-blocks
			if len(data) < i+descriptor {
				return false
			}
			i += descriptor + colorTable(data[i+9]) + 1
		default:
			return false
		}
		for i < len(data) && data[i] != 0 {
			i += 1 + int(data[i])
		}
		i++ // the empty sub-block
	}
	return false
}

// colorTable returns the bytes of the table that a packed field of a GIF announces.
func colorTable(packed byte) int {
	if packed&0x80 == 0 {
		return 0
	}
	return 3 << (packed&7 + 1)
}
