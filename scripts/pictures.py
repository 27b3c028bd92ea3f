#!/usr/bin/env python3
"""Writes tests/cli/image/corpus/: PNGs and JPEGs of every kind, and the pixels that others decode from them.

    python3 scripts/pictures.py       (needs Pillow, ImageMagick, libjpeg-turbo's programs and libturbojpeg)

PNGs are written here, sample by sample, so that their pixels are known; Pillow and ImageMagick have to agree with
them, or the script fails. JPEGs come from Pillow, cjpeg, jpegtran, ImageMagick and TurboJPEG, and their pixels from
Pillow, turned upright as their EXIF says. pictures.json has width, height and channels of each; pixels.gz their grey,
RGB or RGBA bytes, one picture after the other.
"""

import ctypes
import gzip
import io
import json
import random
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

from PIL import Image, ImageDraw, ImageOps

CORPUS = Path(__file__).resolve().parent.parent / "tests" / "cli" / "image" / "corpus"
pictures = {}
pixels = bytearray()


def record(name, file, width, height, channels, data):
    assert len(data) == width * height * channels, name
    (CORPUS / name).parent.mkdir(parents=True, exist_ok=True)
    (CORPUS / name).write_bytes(file)
    pictures[name] = [width, height, channels]
    pixels.extend(data)


# PNG

ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
SIZES = [(1, 1), (3, 5), (9, 1), (33, 17)]


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def packed(samples, depth):
    """A row of samples as bytes, the first in the highest bits."""
    if depth == 16:
        return b"".join(struct.pack(">H", sample) for sample in samples)
    bits = "".join(format(sample, f"0{depth}b") for sample in samples)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))


def paeth(a, b, c):
    nearness = [(abs(b - c), 0, a), (abs(a - c), 1, b), (abs(a + b - 2 * c), 2, c)]
    return min(nearness)[2]


def filtered(rows, step, draw):
    """Scanlines, each with a filter drawn at random."""
    above = bytes(len(rows[0]))
    out = b""
    for row in rows:
        kind = draw.randrange(5)
        line = bytearray()
        for i, value in enumerate(row):
            a, c = (row[i - step], above[i - step]) if i >= step else (0, 0)
            guess = [0, a, above[i], (a + above[i]) // 2, paeth(a, above[i], c)][kind]
            line.append((value - guess) % 256)
        out += bytes([kind]) + line
        above = row
    return out


def png(picture, colour, depth, interlaced, draw, extra=b""):
    """`picture[y][x]` is a tuple of samples."""
    height, width = len(picture), len(picture[0])
    data = b""
    for left, top, right, down in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        rows = [
            packed([sample for pixel in row[left::right] for sample in pixel], depth)
            for row in picture[top::down]
            if row[left::right]
        ]
        if rows:
            data += filtered(rows, max(1, SAMPLES[colour] * depth // 8), draw)
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, int(interlaced))
    stream = zlib.compress(data, 9)
    half = len(stream) // 2
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"tEXt", b"Comment\0made by scripts/pictures.py")
        + extra
        + chunk(b"IDAT", stream[:half])
        + chunk(b"IDAT", stream[half:])
        + chunk(b"IEND", b"")
    )


def wavy(width, height, samples, depth, draw):
    """Slopes with a little noise: every filter, carry and level comes up, and the file stays small."""
    top = (1 << depth) - 1
    slopes = [(draw.uniform(0.2, 2), draw.uniform(0.2, 2)) for _ in range(samples)]

    def sample(x, y, slope):
        share = (slope[0] * x / width + slope[1] * y / height) % 1
        noise = draw.choice([0, 0, 0, 1, -1]) if depth == 8 else draw.choice([0, 0, 0, 160, -160]) if depth == 16 else 0
        return min(max(round(share * top) + noise, 0), top)

    return [[tuple(sample(x, y, slope) for slope in slopes) for x in range(width)] for y in range(height)]


def narrow(sample, depth):
    """Spread over, or rounded to, 0..255."""
    top = (1 << depth) - 1
    return (sample * 510 + top) // (2 * top)


def expected(picture, colour, key, palette, alphas, widen):
    """The pixels as grey, RGB or RGBA, `widen` being what becomes of a sample. Returns channels and samples."""
    opaque = widen(None)

    def pixel(samples):
        if colour == 3:
            index = samples[0]
            alpha = [alphas[index] if index < len(alphas) else 255] if alphas is not None else []
            return list(palette[index]) + alpha
        wide = [widen(sample) for sample in samples]
        if colour == 4:
            return [wide[0]] * 3 + [wide[1]]
        if key is None:
            return wide
        return (wide * 3)[:3] + [0 if samples == key else opaque]

    data = [value for row in picture for samples in row for value in pixel(samples)]
    return len(data) // (len(picture) * len(picture[0])), data


def agree(name, decoded, channels, data):
    """Where alpha is 0 the colour does not count."""
    visible = lambda raw: [raw[i : i + 4] if raw[i + 3] else [] for i in range(0, len(raw), 4)]
    same = visible(list(decoded)) == visible(data) if channels == 4 else list(decoded) == data
    assert same, f"{name}: another decoder disagrees"


def magick_samples(file, channels, depth):
    layout = {1: "gray", 3: "rgb", 4: "rgba"}[channels]
    command = ["/usr/bin/convert", "png:-", "-depth", str(depth), "-endian", "MSB", f"{layout}:-"]
    raw = subprocess.run(command, input=file, capture_output=True, check=True).stdout
    return raw if depth == 8 else struct.unpack(f">{len(raw) // 2}H", raw)


def check_png(name, file, picture, colour, depth, key, palette, alphas):
    """Returns channels and pixels in 8 bits, after other decoders have agreed."""
    channels, data = expected(
        picture, colour, key, palette, alphas, lambda sample: 255 if sample is None else narrow(sample, depth)
    )
    if depth == 16:
        # Others round, cut off or divide 16 bits by 257: compared with all bits, which ImageMagick keeps.
        whole = expected(picture, colour, key, palette, alphas, lambda sample: 65535 if sample is None else sample)
        agree(name, magick_samples(file, channels, 16), *whole)
        return channels, data
    agree(name, magick_samples(file, channels, 8), channels, data)
    # Pillow takes a transparent grey below 8 bits for one of 0 to 255.
    if key is None or depth == 8:
        image = Image.open(io.BytesIO(file)).convert({1: "L", 3: "RGB", 4: "RGBA"}[channels])
        agree(name, image.tobytes(), channels, data)
    return channels, data


def add_png(name, size, colour, depth, interlaced, transparent=False, suggested=False):
    draw = random.Random(name)
    picture = wavy(*size, SAMPLES[colour], depth, draw)
    extra, key, palette, alphas = b"", None, None, None
    if colour == 3:
        palette = [tuple(draw.randrange(256) for _ in range(3)) for _ in range(1 << depth)]
        extra = chunk(b"PLTE", bytes(value for entry in palette for value in entry))
        if transparent:
            alphas = [draw.randrange(256) for _ in range(max(1, (1 << depth) // 2))]
            extra += chunk(b"tRNS", bytes(alphas))
    elif transparent:
        key = picture[size[1] // 2][size[0] // 2]
        extra = chunk(b"tRNS", b"".join(struct.pack(">H", sample) for sample in key))
    if suggested:
        extra = chunk(b"PLTE", bytes(range(48)))
    file = png(picture, colour, depth, interlaced, draw, extra)
    channels, data = check_png(name, file, picture, colour, depth, key, palette, alphas)
    record(name, file, *size, channels, data)


def pngs():
    kinds = [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8)]
    names = {0: "grey", 2: "rgb", 3: "palette", 4: "grey-alpha", 6: "rgba"}
    for colour, depth in kinds + [(4, 8), (4, 16), (6, 8), (6, 16)]:
        for interlaced in [False, True]:
            way = "-adam7" if interlaced else ""
            for size in SIZES:
                add_png(f"png/{names[colour]}-{depth}{way}-{size[0]}x{size[1]}.png", size, colour, depth, interlaced)
            if (colour, depth) in kinds:
                add_png(f"png/{names[colour]}-{depth}-key{way}.png", (7, 6), colour, depth, interlaced, transparent=True)
    add_png("png/rgb-8-suggested-palette.png", (7, 6), 2, 8, False, suggested=True)


# JPEG


def scene(size=(37, 29)):
    """A sky over red ground with a letter F: another picture when turned, mirrored or with colours swapped."""
    width, height = size
    image = Image.new("RGB", size)
    for y in range(height):
        for x in range(width):
            image.putpixel((x, y), (40 + 4 * y, 120 + 2 * x, 250 - 3 * y))
    draw = ImageDraw.Draw(image)
    draw.rectangle([0, height * 3 // 4, width, height], fill=(200, 40, 30))
    draw.line([(9, 4), (9, 24)], fill=(255, 255, 240), width=3)
    draw.line([(9, 5), (24, 5)], fill=(255, 255, 240), width=3)
    draw.line([(9, 13), (19, 13)], fill=(20, 30, 10), width=3)
    return image


def run(*command, data):
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def ppm(image):
    out = io.BytesIO()
    image.save(out, "PPM")
    return out.getvalue()


def pillow(image, **options):
    out = io.BytesIO()
    image.save(out, "JPEG", **{"quality": 88, **options})
    return out.getvalue()


def cjpeg(*options, image=None):
    return run("cjpeg", "-quality", "88", *options, data=ppm(image or scene()))


def turbojpeg_ycck(subsampling):
    """YCCK with smaller chroma, as Photoshop writes it; CMYK inverted by Adobe's convention."""
    library = ctypes.CDLL("libturbojpeg.so.0")
    library.tjInitCompress.restype = ctypes.c_void_p
    library.tjGetErrorStr.restype = ctypes.c_char_p
    image = scene().convert("CMYK")
    image.paste((0, 0, 0, 128), (24, 18, 34, 26))
    raw = bytes(255 - value for value in image.tobytes())
    out, size = ctypes.c_void_p(), ctypes.c_ulong()
    handle = ctypes.c_void_p(library.tjInitCompress())
    failed = library.tjCompress2(
        handle, raw, image.width, 0, image.height, 11, ctypes.byref(out), ctypes.byref(size), subsampling, 88, 0
    )
    assert not failed, library.tjGetErrorStr()
    return ctypes.string_at(out, size.value)


def without(file, marker):
    """Drops the first segment with this marker."""
    at = file.index(bytes([0xFF, marker]))
    return file[:at] + file[at + 2 + struct.unpack(">H", file[at + 2 : at + 4])[0] :]


def exif(orientation, order=">", kind=3, before=0):
    """A segment with the orientation in its first directory, after `before` other entries."""
    value = struct.pack(order + ("HH" if kind == 3 else "I"), *([orientation, 0] if kind == 3 else [orientation]))
    entries = [struct.pack(order + "HHII", 0x0100 + i, 4, 1, 7) for i in range(before)]
    entries.append(struct.pack(order + "HHI", 0x0112, kind, 1) + value)
    tiff = (b"MM" if order == ">" else b"II") + struct.pack(order + "HIH", 42, 8, len(entries))
    data = b"Exif\0\0" + tiff + b"".join(entries) + struct.pack(order + "I", 0)
    return b"\xff\xe1" + struct.pack(">H", len(data) + 2) + data


def with_exif(file, segment, after_jfif):
    at = 2 + (2 + struct.unpack(">H", file[4:6])[0] if after_jfif else 0)
    return file[:at] + segment + file[at:]


def add_jpeg(name, file, upright=None):
    """`upright`: an orientation that Pillow does not read by itself."""
    with Image.open(io.BytesIO(file)) as image:
        if upright is None:
            decoded = ImageOps.exif_transpose(image)
        else:
            image.getexif()[0x0112] = upright
            decoded = ImageOps.exif_transpose(image)
    decoded = decoded if decoded.mode == "L" else decoded.convert("RGB")
    channels = 1 if decoded.mode == "L" else 3
    record(f"jpeg/{name}.jpg", file, *decoded.size, channels, decoded.tobytes())


def subsampled():
    for name, factors in {
        "444": "1x1",
        "422": "2x1",
        "420": "2x2",
        "411": "4x1",
        "440": "1x2",
        "410": "4x2",
        "441": "1x4",
    }.items():
        add_jpeg(f"ycc-{name}", cjpeg("-sample", factors))
        add_jpeg(f"ycc-{name}-progressive", cjpeg("-sample", factors, "-progressive"))
    add_jpeg("ycc-420-1x1", cjpeg(image=scene((1, 1))))
    add_jpeg("ycc-420-4x3", cjpeg(image=scene((4, 3))))
    add_jpeg("ycc-420-5x17", cjpeg(image=scene((5, 17))))
    add_jpeg("ycc-420-48x32", cjpeg(image=scene((48, 32))))
    add_jpeg("ycc-luma-smaller", cjpeg("-sample", "1x1,2x2,2x2"))
    add_jpeg("ycc-chroma-apart", cjpeg("-sample", "2x2,2x1,1x2"))


def coded():
    add_jpeg("quality-100", cjpeg("-quality", "100", "-sample", "1x1"))
    add_jpeg("quality-5", cjpeg("-quality", "5"))
    add_jpeg("quality-1-wide-tables", cjpeg("-quality", "1"))
    add_jpeg("optimized", cjpeg("-optimize"))
    add_jpeg("restart-1", cjpeg("-restart", "1B"))
    add_jpeg("restart-row", cjpeg("-restart", "1", "-progressive"))
    add_jpeg("restart-many", cjpeg("-restart", "1B", "-sample", "1x1"))
    scans = CORPUS / "scans.txt"
    scans.write_text("0;\n1;\n2;\n")
    add_jpeg("not-interleaved", cjpeg("-scans", str(scans)))
    scans.write_text("0,1;\n2;\n")
    add_jpeg("partly-interleaved", cjpeg("-scans", str(scans)))
    bands = "0,1,2: 0-0, 0, 3;\n0,1,2: 0-0, 3, 2;\n0,1,2: 0-0, 2, 1;\n0,1,2: 0-0, 1, 0;\n"
    for component in range(3):
        bands += "".join(f"{component}: 1-9, {high}, {low};\n" for high, low in [(0, 2), (2, 1), (1, 0)])
        bands += f"{component}: 10-63, 0, 1;\n{component}: 10-63, 1, 0;\n"
    scans.write_text(bands)
    add_jpeg("progressive-many-scans", cjpeg("-scans", str(scans), "-quality", "95"))
    scans.unlink()
    plain = cjpeg()
    fill = plain.replace(b"\xff\xda", b"\xff\xff\xff\xff\xda", 1)
    add_jpeg("fill-bytes", fill)
    add_jpeg("trailing-bytes", plain + b"\0" * 9 + plain)
    noise = random.Random("noise")
    add_jpeg("noise", cjpeg("-quality", "97", image=Image.frombytes("RGB", (24, 24), noise.randbytes(24 * 24 * 3))))


def coloured():
    grey = scene().convert("L")
    add_jpeg("grey", pillow(grey))
    add_jpeg("grey-progressive", pillow(grey, progressive=True))
    add_jpeg("grey-2x2", run("cjpeg", "-grayscale", "-sample", "2x2", data=ppm(scene())))
    rgb = cjpeg("-rgb")
    assert b"Adobe" in rgb and b"JFIF" not in rgb
    add_jpeg("rgb-adobe", rgb)
    add_jpeg("rgb-adobe-progressive", cjpeg("-rgb", "-progressive"))
    add_jpeg("rgb-by-ids", without(rgb, 0xEE))
    adobe = rgb[rgb.index(b"\xff\xee") :][:16]
    ycc = without(cjpeg(), 0xE0)
    add_jpeg("ycc-without-markers", ycc)
    add_jpeg("ycc-adobe", ycc[:2] + adobe[:15] + b"\x01" + ycc[2:])
    add_jpeg("rgb-adobe-ids-123", ycc[:2] + adobe + ycc[2:])
    jfif = cjpeg()
    add_jpeg("jfif-before-adobe", jfif[:20] + adobe + jfif[20:])
    cmyk = scene().convert("CMYK")
    cmyk.paste((0, 0, 0, 128), (24, 18, 34, 26))
    file = pillow(cmyk)
    add_jpeg("cmyk-pillow", file)
    add_jpeg("cmyk-pillow-progressive", pillow(cmyk, progressive=True))
    add_jpeg("cmyk-without-adobe", without(file, 0xEE))
    magick = ["/usr/bin/convert", "ppm:-", "-colorspace", "CMYK", "-quality", "88"]
    add_jpeg("cmyk-imagemagick", run(*magick, "jpg:-", data=ppm(scene())))
    add_jpeg("cmyk-imagemagick-420", run(*magick, "-sampling-factor", "2x2", "jpg:-", data=ppm(scene())))
    add_jpeg("ycck-444", turbojpeg_ycck(0))
    add_jpeg("ycck-420", turbojpeg_ycck(2))


def turned():
    grey = pillow(scene().convert("L"))
    colour = cjpeg()
    for orientation in range(1, 9):
        add_jpeg(f"exif-{orientation}-big", with_exif(grey, exif(orientation), after_jfif=False))
        add_jpeg(f"exif-{orientation}-little", with_exif(colour, exif(orientation, "<", before=2), after_jfif=True))
    add_jpeg("exif-6-long", with_exif(colour, exif(6, ">", kind=4), after_jfif=True))
    for orientation in [0, 9, 255]:
        add_jpeg(f"exif-{orientation}-unknown", with_exif(grey, exif(orientation), after_jfif=True))
    whole = exif(6, "<")
    for length in [6, 7, 9, 14, 16, 21, 27]:
        cut = b"\xff\xe1" + struct.pack(">H", length + 2) + whole[4 : 4 + length]
        add_jpeg(f"exif-cut-{length}", with_exif(grey, cut, after_jfif=True), upright=1)
    lost = whole[:14] + b"\xff\xff\xff\xff" + whole[18:]
    add_jpeg("exif-lost-directory", with_exif(grey, lost, after_jfif=True), upright=1)


def refused():
    """Files that are no pictures to simdgrad: no pixels."""
    (CORPUS / "refused").mkdir(exist_ok=True)
    (CORPUS / "refused" / "arithmetic.jpg").write_bytes(cjpeg("-arithmetic"))
    both = cjpeg("-arithmetic", "-progressive")
    (CORPUS / "refused" / "arithmetic-progressive.jpg").write_bytes(both)


def main():
    shutil.rmtree(CORPUS, ignore_errors=True)
    CORPUS.mkdir(parents=True)
    pngs()
    subsampled()
    coded()
    coloured()
    turned()
    refused()
    lines = ",\n".join(f"  {json.dumps(name)}: {size}" for name, size in pictures.items())
    (CORPUS / "pictures.json").write_text("{\n" + lines + "\n}\n")
    (CORPUS / "pixels.gz").write_bytes(gzip.compress(bytes(pixels), 9, mtime=0))


main()
