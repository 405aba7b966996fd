using System.Globalization;
using System.Text;

namespace ServerlessMcp.AwsApi.Protocols;

/// <summary>
/// JSON can escape half a surrogate pair (<c>\ud800</c>), and no string can then be read from it. One name or tag written so would hide a whole answer; U+FFFD stands in its place.
/// </summary>
internal static class HalfPairs
{
    private const int EscapeLength = 6;

    /// <returns>The same bytes if there is none.</returns>
    public static byte[] Mended(byte[] json)
    {
        if (json.AsSpan().IndexOf("\\ud"u8) < 0 && json.AsSpan().IndexOf("\\uD"u8) < 0)
        {
            return json;
        }

        var mended = (byte[])json.Clone();
        for (var n = 0; n < mended.Length;)
        {
            n += Escape(mended, n) switch
            {
                >= 0xD800 and < 0xDC00 when Escape(mended, n + EscapeLength) is >= 0xDC00 and < 0xE000 => 2 * EscapeLength,
                >= 0xD800 and < 0xE000 => Replace(mended, n),
                _ => mended[n] == '\\' ? 2 : 1,
            };
        }

        return mended;
    }

    private static int Replace(byte[] json, int at)
    {
        "\\ufffd"u8.CopyTo(json.AsSpan(at));
        return EscapeLength;
    }

    /// <returns>The UTF-16 unit that is escaped at this place; -1 if none is.</returns>
    private static int Escape(byte[] json, int at) =>
        at + EscapeLength <= json.Length && json[at] == '\\' && json[at + 1] == 'u'
        && int.TryParse(Encoding.ASCII.GetString(json, at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? unit
            : -1;
}
