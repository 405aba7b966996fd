namespace ServerlessMcp.AwsApi.Jmes;

/// <param name="Arguments">One each; the last may come again if <paramref name="Repeats"/>.</param>
internal sealed record JmesFunction(string Name, JmesWanted[] Arguments, Func<JmesArguments, JmesValue> Run, bool Repeats = false)
{
    public JmesWanted Wanted(int n) => Arguments[Math.Min(n, Arguments.Length - 1)];

    public override string ToString() => $"{Name}({string.Join(", ", Arguments.Select(argument => argument.Description))}{(Repeats ? ", ..." : "")})";
}

/// <summary>A kind of argument.</summary>
internal sealed class JmesWanted
{
    public static readonly JmesWanted Anything = new("anything", (_, _) => true);
    public static readonly JmesWanted Expression = new("an expression with & in front", (_, _) => false);
    public static readonly JmesWanted Number = new("a number", (value, _) => value.Type == JmesType.Number);
    public static readonly JmesWanted Text = new("a string", (value, _) => value.Type == JmesType.String);
    public static readonly JmesWanted Array = new("an array", (value, _) => value.Type == JmesType.Array);
    public static readonly JmesWanted Object = new("an object", (value, _) => value.Type == JmesType.Object);
    public static readonly JmesWanted Sequence = new("an array or a string", (value, _) => value.Type is JmesType.Array or JmesType.String);

    public static readonly JmesWanted Countable =
        new("a string, an array or an object", (value, _) => value.Type is JmesType.String or JmesType.Array or JmesType.Object);

    public static readonly JmesWanted Numbers = new("an array of numbers", (value, work) => IsArrayOf(JmesType.Number, value, work));
    public static readonly JmesWanted Texts = new("an array of strings", (value, work) => IsArrayOf(JmesType.String, value, work));

    public static readonly JmesWanted Ordered = new(
        "an array of numbers or of strings",
        (value, work) => IsArrayOf(JmesType.Number, value, work) || IsArrayOf(JmesType.String, value, work));

    private readonly Func<JmesValue, JmesWork, bool> fits;

    private JmesWanted(string description, Func<JmesValue, JmesWork, bool> fits)
    {
        Description = description;
        this.fits = fits;
    }

    public string Description { get; }

    public static string NameOf(JmesValue value) => value.Type switch
    {
        JmesType.Null => "null",
        JmesType.Boolean => "a boolean",
        JmesType.Number => "a number",
        JmesType.String => "a string",
        JmesType.Array => "an array",
        _ => "an object",
    };

    public bool Fits(JmesValue value, JmesWork work) => fits(value, work);

    private static bool IsArrayOf(JmesType type, JmesValue value, JmesWork work) =>
        value.Type == JmesType.Array && value.Items(work).TrueForAll(item => item.Type == type);
}
