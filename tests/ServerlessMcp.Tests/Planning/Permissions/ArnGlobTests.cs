using System.Text.RegularExpressions;
using CsCheck;
using ServerlessMcp.Planning.Permissions;

namespace ServerlessMcp.Tests.Planning.Permissions;

public sealed class ArnGlobTests
{
    private static readonly Gen<string> Pattern = Gen.Char["ab:*?"].Array[0, 8].Select(chars => new string(chars));

    private static readonly Gen<string> Text = Gen.Char["ab:"].Array[0, 8].Select(chars => new string(chars));

    private static readonly Gen<string> Open = Gen.Char["ab*"].Array[0, 4].Select(chars => new string(chars));

    /// <summary>What may stand for a star: all texts of up to three letters, one of which no pattern names.</summary>
    private static readonly string[] Fillings =
        [.. Enumerable.Range(0, 4).SelectMany(length => Enumerable.Range(0, (int)Math.Pow(3, length))
            .Select(n => string.Concat(Enumerable.Range(0, length).Select(i => "abz"[n / (int)Math.Pow(3, i) % 3]))))];

    [Fact]
    public void Matching_is_what_a_regular_expression_says() =>
        Gen.Select(Pattern, Text).Sample((pattern, text) => Assert.Equal(Naive(pattern, text), ArnGlob.Matches(pattern, text)));

    /// <summary>Every filling is tried: a pattern that covers matches each, one that matches any overlaps.</summary>
    [Fact]
    public void Open_texts_are_covered_by_what_matches_all_and_overlap_what_matches_any() =>
        Gen.Select(Gen.Char["ab*?"].Array[0, 3].Select(chars => new string(chars)), Open).Sample((pattern, open) =>
        {
            var texts = Filled(open).ToList();
            if (ArnGlob.Covers(pattern, open))
            {
                Assert.All(texts, text => Assert.True(Naive(pattern, text), $"{pattern} covers {open}, but not {text}"));
            }

            Assert.Equal(texts.Any(text => Naive(pattern, text)), ArnGlob.Overlaps(pattern, open));
        });

    [Theory]
    [InlineData("arn:aws:ec2:*:*:vpc/*", "arn:aws:ec2:eu-west-1:1:vpc/*", true, true)]
    [InlineData("arn:aws:ec2:*:*:vpc/vpc-1", "arn:aws:ec2:eu-west-1:1:vpc/*", false, true)]
    [InlineData("arn:aws:ec2:*:*:subnet/*", "arn:aws:ec2:eu-west-1:1:vpc/*", false, false)]
    [InlineData("*", "*", true, true)]
    [InlineData("?", "*", false, true)]
    public void Of_resources_that_are_not_known_yet(string pattern, string open, bool covers, bool overlaps) =>
        Assert.Equal((covers, overlaps), (ArnGlob.Covers(pattern, open), ArnGlob.Overlaps(pattern, open)));

    private static bool Naive(string pattern, string text) =>
        Regex.IsMatch(text, $"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal).Replace("\\?", ".", StringComparison.Ordinal)}$", RegexOptions.Singleline);

    private static IEnumerable<string> Filled(string open)
    {
        var star = open.IndexOf('*', StringComparison.Ordinal);
        return star < 0 ? [open] : Fillings.SelectMany(filling => Filled(open[(star + 1)..]).Select(rest => open[..star] + filling + rest));
    }
}
