using System.Collections.Frozen;

namespace ServerlessMcp.AwsApi.Search;

/// <summary>The words of a text: compound names are split, everything is lower case; and which words say nothing.</summary>
internal static class Words
{
    private static readonly FrozenSet<string> Empty = """
        a about after again all already also am amazon an and any anything are as at automatically aws away back be because been before being below
        best between both but by can cannot could currently did do does doesn doing don done down during each either else etc even every everything
        few for from get gets getting give given go going got had has have having he help her here him his how i if in instead into is isn it its itself
        just keep keeps kind let lets like little ll long look make many may me mine more most much must my name need needs new no not now of off ok
        on one only onto or other our ours out own perform please possible put re really right s same say see set shall she should show so some
        somebody someone something stuff such sure t take than that the their them then there these they thing things this those though through
        to too try under until up us use used uses using ve very via want wants was way we well were what when where whether which while who
        whom whose why will with within without would yes yet you your information specified specify returns return provides following based example
        guide developer reference
        """.Split([' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    public static bool SaysNothing(string word) => Empty.Contains(word) || word.Length == 1;

    /// <summary>"DescribeDBInstances" is describe, db, instances; "IPv4" and "VMs" stay one word. The index was split in the same way (Models/search.cjs).</summary>
    public static List<string> Of(string text)
    {
        text = text.Replace("IPv", "IPV", StringComparison.Ordinal);
        var words = new List<string>();
        for (var i = 0; i < text.Length;)
        {
            var end = End(text, i);
            if (end > i)
            {
                words.Add(text[i..end].ToLowerInvariant());
            }

            i = Math.Max(end, i + 1);
        }

        return words;
    }

    /// <summary>Where the word that begins at <paramref name="start"/> ends; the same place when none begins there.</summary>
    private static int End(string text, int start)
    {
        var i = Run(text, start, char.IsAsciiLetterUpper);
        if (i == start && char.IsAsciiDigit(text[i]))
        {
            return Run(text, Run(text, i, char.IsAsciiDigit), char.IsAsciiLetterLower);
        }

        if (i - start > 1 && i < text.Length && text[i] == 's' && (i + 1 == text.Length || !char.IsAsciiLetterLower(text[i + 1])))
        {
            return i + 1;
        }

        if (i - start > 1 && i < text.Length && char.IsAsciiLetterLower(text[i]))
        {
            return i - 1; // the last capital begins the next word
        }

        if (i - start > 1)
        {
            return Run(text, i, char.IsAsciiDigit);
        }

        var end = Run(text, i, char.IsAsciiLetterLower);
        return Run(text, end, char.IsAsciiDigit);
    }

    private static int Run(string text, int start, Func<char, bool> isPart)
    {
        while (start < text.Length && isPart(text[start]))
        {
            start++;
        }

        return start;
    }
}
