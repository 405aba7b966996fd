using System.Collections.Frozen;

namespace ServerlessMcp.AwsApi.Search;

/// <summary>The stem of an English word: what "subscriptions", "subscribed" and "subscribing" have in common, not a word of its own.</summary>
/// <remarks>The rules of M. F. Porter, "An algorithm for suffix stripping", 1980, without the ones that technical words never reach.</remarks>
internal static class Stemmer
{
    private static readonly (string From, string To)[] Long =
    [
        ("ational", "ate"), ("tional", "tion"), ("ization", "ize"), ("ation", "ate"), ("ator", "ate"), ("iveness", "ive"), ("fulness", "ful"),
        ("ousness", "ous"), ("ivity", "ive"), ("ibility", "ible"), ("ability", "able"), ("icate", "ic"), ("alize", "al"), ("ful", ""), ("ness", ""),
    ];

    private static readonly string[] Last =
    [
        "ance", "ence", "able", "ible", "ement", "ment", "ent", "ant", "ism", "ate", "iti", "ous", "ive", "ize", "al", "er", "ic",
    ];

    // A word that stands for itself has no endings to lose.
    private static readonly FrozenDictionary<string, string> Irregular = """
        bought buy, ran run, sent send, broke break, broken break, spent spend, kept keep, lost lose, left leave, wrote write, written write, blew blow,
        fell fall, grew grow, came come, saw see, seen see, told tell, made make, paid pay, built build, got get, gone go, went go, done do, found find,
        stole steal, stolen steal, threw throw, thrown throw, shut shut, stuck stick, hung hang, died die, dies die, dying die, data data, dns dns,
        indices index, indexes index, policies policy, aws aws, sms sms, tls tls, cors cors, alias alias, aliases alias, status status, statuses status,
        access access, redis redis, kubernetes kubernetes, analyses analysis, queries query, retries retry, copies copy, taken take, took take,
        slow slow, slower slow, bigger big, biggest big, larger large, largest large, smaller small, smallest small, cheaper cheap, newest new
        """.Split([',', '\n', '\r'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(pair => pair.Split(' ')).ToFrozenDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);

    public static string Of(string word)
    {
        var plain = Irregular.GetValueOrDefault(word, word);
        return Irregular.GetValueOrDefault(plain) == plain ? plain : OfRegular(plain);
    }

    private static string OfRegular(string word)
    {
        if (word.Length < 4 || word.Any(char.IsDigit))
        {
            return word.Length == 3 && word[2] == 's' && !IsVowel(word, 1) ? word[..2] : word; // vms, ids
        }

        word = Endings(Plural(word));
        if (word.Length > 3 && word[^1] == 'y' && HasVowel(word, word.Length - 1))
        {
            word = word[..^1] + 'i';
        }

        return Tidy(Suffix(Suffix2(word)));
    }

    private static string Plural(string word) => word switch
    {
        [.., 's', 's', 'e', 's'] => word[..^2],
        [.., 'i', 'e', 's'] => word.Length > 4 ? word[..^3] + "y" : word[..^1],
        [.., 's', 's'] or [.., 'u', 's'] or [.., 'i', 's'] => word,
        [.., 'x' or 'h', 'e', 's'] => word[..^2],
        [.., 's'] => word[..^1],
        _ => word,
    };

    private static string Endings(string word)
    {
        if (word.EndsWith("eed", StringComparison.Ordinal))
        {
            return Measure(word, word.Length - 3) > 0 ? word[..^1] : word;
        }

        var cut = word.EndsWith("ing", StringComparison.Ordinal) ? 3 : word.EndsWith("ed", StringComparison.Ordinal) ? 2 : 0;
        if (cut == 0 || word.Length - cut < 2 || !HasVowel(word, word.Length - cut))
        {
            return word;
        }

        var stem = word[..^cut];
        if (stem.EndsWith("at", StringComparison.Ordinal) || stem.EndsWith("bl", StringComparison.Ordinal) || stem.EndsWith("iz", StringComparison.Ordinal))
        {
            return stem + "e";
        }

        return stem.Length > 2 && stem[^1] == stem[^2] && stem[^1] is not ('l' or 's' or 'z' or 'a' or 'e' or 'o')
            ? stem[..^1]
            : Measure(stem, stem.Length) == 1 && IsShort(stem) ? stem + "e" : stem;
    }

    private static string Suffix2(string word)
    {
        foreach (var (from, to) in Long)
        {
            if (word.EndsWith(from, StringComparison.Ordinal) && Measure(word, word.Length - from.Length) > 0)
            {
                return string.Concat(word.AsSpan(0, word.Length - from.Length), to);
            }
        }

        return word;
    }

    private static string Suffix(string word)
    {
        if (word.EndsWith("ion", StringComparison.Ordinal) && word.Length > 4 && word[^4] is 's' or 't' && Measure(word, word.Length - 3) > 1)
        {
            return word[..^3];
        }

        foreach (var suffix in Last)
        {
            if (word.EndsWith(suffix, StringComparison.Ordinal))
            {
                return Measure(word, word.Length - suffix.Length) > 1 ? word[..^suffix.Length] : word;
            }
        }

        return word;
    }

    private static string Tidy(string word)
    {
        if (word.Length > 3 && word[^1] == 'e' && (Measure(word, word.Length - 1) > 1 || !IsShort(word[..^1])))
        {
            word = word[..^1];
        }

        return word.EndsWith("ll", StringComparison.Ordinal) && Measure(word, word.Length) > 1 ? word[..^1] : word;
    }

    private static bool IsVowel(string word, int i) =>
        word[i] is 'a' or 'e' or 'i' or 'o' or 'u' || (word[i] == 'y' && i > 0 && !IsVowel(word, i - 1));

    private static bool HasVowel(string word, int length)
    {
        for (var i = 0; i < length; i++)
        {
            if (IsVowel(word, i))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>How often a vowel is followed by a consonant.</summary>
    private static int Measure(string word, int length)
    {
        var count = 0;
        for (var i = 1; i < length; i++)
        {
            count += IsVowel(word, i - 1) && !IsVowel(word, i) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Ends consonant, vowel, consonant, the last not w, x or y.</summary>
    private static bool IsShort(string word) =>
        word.Length > 2 && !IsVowel(word, word.Length - 1) && IsVowel(word, word.Length - 2) && !IsVowel(word, word.Length - 3)
        && word[^1] is not ('w' or 'x' or 'y');
}
