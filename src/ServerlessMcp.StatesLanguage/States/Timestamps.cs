using System.Globalization;
using System.Text.RegularExpressions;

namespace ServerlessMcp.StatesLanguage.States;

/// <summary>The moments of the language: RFC 3339 with upper-case T, and Z or an offset.</summary>
internal static partial class Timestamps
{
    /// <returns>Null when the text is no such moment.</returns>
    public static DateTimeOffset? Parse(string? text) =>
        text is not null
        && Shape().IsMatch(text)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var moment)
            ? moment
            : null;

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")]
    private static partial Regex Shape();
}
