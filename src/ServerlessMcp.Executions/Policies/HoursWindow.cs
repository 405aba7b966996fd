using System.Globalization;
using System.Text.RegularExpressions;

namespace ServerlessMcp.Executions.Policies;

/// <summary>Hours of days of the week, in UTC, such as <c>Mon-Fri 08:00-18:00</c>, <c>Sat,Sun 00:00-24:00</c>, <c>daily 22:00-06:00</c>.</summary>
/// <param name="Days">Bit 0 is Sunday: the days on which it begins.</param>
/// <param name="From">Minutes since midnight; inside.</param>
/// <param name="To">Minutes since midnight; outside. Not after <paramref name="From"/>: it ends the next day.</param>
public sealed partial record HoursWindow(int Days, int From, int To)
{
    public const string Right = "days and hours in UTC, such as Mon-Fri 08:00-18:00, Sat,Sun 00:00-24:00 or daily 22:00-06:00";

    private const int Midnight = 24 * 60;

    private static readonly string[] Names = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public bool Contains(DateTimeOffset at)
    {
        var utc = at.UtcDateTime;
        var minute = (utc.Hour * 60) + utc.Minute;
        var today = (int)utc.DayOfWeek;
        return From < To
            ? BeginsOn(today) && minute >= From && minute < To
            : (BeginsOn(today) && minute >= From) || (BeginsOn((today + 6) % 7) && minute < To);
    }

    /// <returns>Null if it is not <see cref="Right"/>.</returns>
    public static HoursWindow? Parse(string text)
    {
        if (Shape().Match(text.Trim()) is not { Success: true } parts)
        {
            return null;
        }

        var (from, to) = (Minutes(parts, 2), Minutes(parts, 4));
        var days = DaysOf(parts.Groups[1].Value);
        return days is { } mask && from < Midnight && from != to && to is > 0 and <= Midnight ? new(mask, from, to) : null;
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{string.Join(',', Enumerable.Range(1, 7).Select(n => n % 7).Where(BeginsOn).Select(day => Names[day]))} {From / 60:00}:{From % 60:00}-{To / 60:00}:{To % 60:00}");

    private bool BeginsOn(int day) => (Days & (1 << day)) != 0;

    private static int Minutes(Match parts, int group)
    {
        var (hours, minutes) = (Number(group), Number(group + 1));
        return minutes < 60 ? (hours * 60) + minutes : int.MaxValue;

        int Number(int n) => int.Parse(parts.Groups[n].Value, NumberStyles.None, CultureInfo.InvariantCulture);
    }

    private static int? DaysOf(string text)
    {
        var days = 0;
        foreach (var part in text.Equals("daily", StringComparison.OrdinalIgnoreCase) ? ["sun-sat"] : text.Split(','))
        {
            var ends = part.Split('-').Select(name => Array.IndexOf(Names, name.Trim().ToLowerInvariant())).ToList();
            if (ends.Count > 2 || ends.Contains(-1))
            {
                return null;
            }

            for (var day = ends[0]; ; day = (day + 1) % 7)
            {
                days |= 1 << day;
                if (day == ends[^1])
                {
                    break;
                }
            }
        }

        return days;
    }

    [GeneratedRegex(@"^([A-Za-z,\- ]+?)\s+([0-9]{2}):([0-9]{2})\s*-\s*([0-9]{2}):([0-9]{2})$")]
    private static partial Regex Shape();
}
