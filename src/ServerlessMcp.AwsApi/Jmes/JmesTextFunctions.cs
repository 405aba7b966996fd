using System.Text;

namespace ServerlessMcp.AwsApi.Jmes;

/// <summary>Texts are sequences of code points, not of UTF-16 units.</summary>
internal static class JmesTextFunctions
{
    public static JmesValue Contains(JmesArguments call) => call.First.Type == JmesType.String
        ? JmesValue.Of(call.Second.Type == JmesType.String && call.First.Text.Contains(call.Second.Text, StringComparison.Ordinal))
        : JmesValue.Of(call.First.Items(call.Work).Exists(item => item.IsEqual(call.Second, call.Work)));

    public static JmesValue Join(JmesArguments call)
    {
        var texts = call.Second.Items(call.Work).ConvertAll(item => item.Text);
        var length = texts.Sum(text => (long)text.Length) + ((long)call.First.Text.Length * texts.Count);
        call.Work.Spend(length);
        return JmesValue.Of(string.Join(call.First.Text, texts));
    }

    public static JmesValue Length(JmesArguments call)
    {
        if (call.First.Type != JmesType.String)
        {
            return JmesValue.Of(call.First.Count);
        }

        long points = 0;
        foreach (var _ in call.First.Text.EnumerateRunes())
        {
            points++;
        }

        return JmesValue.Of(points);
    }

    public static JmesValue Reverse(JmesArguments call)
    {
        if (call.First.Type == JmesType.Array)
        {
            return JmesValue.Of(Enumerable.Reverse(call.First.Items(call.Work)).ToList());
        }

        var text = call.First.Text;
        call.Work.Spend(text.Length);
        var reversed = new StringBuilder(text.Length);
        foreach (var point in text.EnumerateRunes().Reverse())
        {
            reversed.Append(point.ToString());
        }

        return JmesValue.Of(reversed.ToString());
    }
}
