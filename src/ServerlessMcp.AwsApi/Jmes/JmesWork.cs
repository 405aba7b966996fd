namespace ServerlessMcp.AwsApi.Jmes;

/// <summary>Counts down what one search may still do. Not thread safe.</summary>
internal sealed class JmesWork(int left)
{
    private long left = left;

    /// <param name="amount">Values, or characters of a text that is made.</param>
    /// <exception cref="JmesException"><c>invalid-value</c>: nothing is left.</exception>
    public void Spend(long amount = 1)
    {
        left -= amount;
        if (left < 0)
        {
            throw new JmesException(
                JmesException.InvalidValue, -1, $"the search looks at or makes over {JmesExpression.MaxWork} values; select less, or filter earlier.");
        }
    }
}
